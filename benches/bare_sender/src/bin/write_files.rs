//! Creates files, syncs and renames each: what a folder of messages costs at least. For `bench_send.py`.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, files, size] = &arguments[..] else {
        return Err("usage: write_files FOLDER FILES SIZE".into());
    };
    let (folder, content) = (Path::new(folder), vec![b'x'; size.parse()?]);
    fs::create_dir(folder)?;
    for number in 0..files.parse()? {
        let number: u64 = number;
        let (temporary, name) =
            (folder.join(format!(".{number}.tmp")), folder.join(format!("{number}.eml")));
        let mut file = File::create_new(&temporary)?;
        file.write_all(&content)?;
        file.sync_data()?;
        fs::rename(temporary, name)?;
    }
    File::open(folder)?.sync_all()?;
    Ok(())
}
