//! Every server is asked as it stands in [`crate::servers`].

use std::fs;
use std::path::Path;
use std::thread;

use crate::jitsi::Servers;
use crate::servers;

#[test]
fn a_trial_sees_what_is_wrong_with_a_server() {
    let scenarios = servers::all();
    let hosts = scenarios.iter().filter(|scenario| scenario.runs);
    let hosts: Vec<_> = hosts.map(|scenario| scenario.jitsi.clone()).collect();
    let servers = match Servers::start("trials", &crate::repository(), &hosts) {
        Ok(servers) => servers,
        Err(reason) => return crate::skip_unless_required(&reason),
    };
    let folder = format!("authorities-{}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).unwrap();
    // They mostly wait, so all are asked at the same time.
    let (servers, folder_of) = (&servers, &folder);
    let differences: Vec<String> = thread::scope(|scope| {
        let trials = scenarios.iter().zip(1u8..).map(|(scenario, number)| {
            scope.spawn(move || scenario.differences(servers, folder_of, number))
        });
        let trials: Vec<_> = trials.collect();
        trials.into_iter().flat_map(|trial| trial.join().unwrap()).collect()
    });
    fs::remove_dir_all(&folder).unwrap();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
