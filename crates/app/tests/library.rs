//! The application as a library: a minimal front end creates a meeting, checks it and sends its invitations.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    Confirmation, Context, DeliveryOutcome, Environment, Error, ErrorClass, Event, FrontEnd,
    InitOutcome, InitRequest, LinkFormat, LinkTarget, LinksRequest, PlanRequest, SelectionRequest,
    SendRequest,
};

/// A front end that counts events and answers every question with no.
#[derive(Default)]
struct Counter {
    notices: AtomicUsize,
    plans: AtomicUsize,
}

impl FrontEnd for Counter {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Notice(_) => self.notices.fetch_add(1, Ordering::Relaxed),
            Event::Plan(plan) => self.plans.fetch_add(plan.due.len(), Ordering::Relaxed),
            _ => 0,
        };
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }
}

/// A context whose clock stands still.
fn context(meeting: PathBuf, front_end: &Arc<Counter>) -> Context {
    let now = Timestamp::constant(1_930_132_800, 0);
    let environment = Environment {
        now,
        clock: Box::new(move || now),
        variable: Arc::new(|_: &str| None),
        zone: TimeZone::UTC,
        host_name: Box::new(|| None),
        piped_input: Box::new(|| None),
        process: "a test".to_owned(),
        interrupted: Arc::new(AtomicBool::new(false)),
    };
    Context { meeting: Some(meeting), environment, front_end: Arc::clone(front_end) as Arc<_> }
}

#[test]
fn a_front_end_can_create_check_and_send_a_meeting() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("autumn");
    let front_end = Arc::new(Counter::default());
    let context = context(dir.clone(), &front_end);

    let request = InitRequest {
        dir: dir.clone(),
        roster: None,
        like: None,
        templates: false,
        ..InitRequest::default()
    };
    let InitOutcome::Created(made) = meetmint_app::init(&context, &request).unwrap() else {
        panic!("there was a meeting");
    };
    assert!(made.file.ends_with("meeting.toml"));

    let checked = meetmint_app::check(&context).unwrap();
    assert!(checked.is_valid());
    assert_eq!(checked.people, Some(2));
    let meeting = checked.meeting.unwrap();
    // `init` proposes a week from now, at 14:00 in the zone of the environment.
    assert_eq!(
        (meeting.start.to_string().as_str(), meeting.issuer.as_str()),
        ("2031-03-08T14:00:00Z", "example")
    );
    let roles: Vec<(String, usize)> =
        checked.roles.unwrap().0.into_iter().map(|role| (role.name, role.people)).collect();
    assert_eq!(roles, [("moderator".to_owned(), 1), ("participant".to_owned(), 1)]);

    let mut bytes = Vec::new();
    let links = meetmint_app::links(
        &context,
        LinksRequest {
            format: LinkFormat::Jsonl,
            target: LinkTarget::Writer(&mut bytes),
            selection: SelectionRequest::default(),
            keep: Vec::new(),
        },
    )
    .unwrap();
    assert_eq!((links.links, links.file), (2, None));
    assert_eq!(String::from_utf8(bytes).unwrap().matches("?jwt=").count(), 2);

    let plan = meetmint_app::plan(&context, &PlanRequest::default()).unwrap();
    assert_eq!((plan.invitations, plan.updates, plan.cancellations), (2, 0, 0));
    let first = plan.due.iter().next().unwrap().unwrap();
    assert_eq!(first.email, "ada@example.org", "moderators come first");

    let sent = meetmint_app::send(&context, &SendRequest::default()).unwrap();
    assert_eq!((sent.messages, sent.delivered, sent.left), (2, 2, 0));
    assert_eq!(sent.outcome(), DeliveryOutcome::Complete);
    assert_eq!(std::fs::read_dir(dir.join("outbox")).unwrap().count(), 2);
    assert_eq!(
        front_end.plans.load(Ordering::Relaxed),
        2,
        "the plan is an event before the messages are written"
    );

    let status = meetmint_app::status(&context).unwrap();
    assert_eq!(status.totals.get("written"), Some(&2));
    assert_eq!(status.people.iter().nth(1).unwrap().unwrap().name, "Grace Hopper");
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["people"][0]["kind"], "invite");

    let again = meetmint_app::send(&context, &SendRequest::default()).unwrap();
    assert_eq!((again.messages, again.outcome()), (0, DeliveryOutcome::Complete));
    assert!(front_end.notices.load(Ordering::Relaxed) > 0, "a practice secret is mentioned");
}

#[test]
fn an_error_is_a_value_with_a_code_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let front_end = Arc::new(Counter::default());
    let context = context(folder.path().join("meeting.toml"), &front_end);
    let error = meetmint_app::check(&context).unwrap_err();
    assert_eq!((error.class(), error.code()), (ErrorClass::Invalid, "no-meeting"));
    assert!(error.hint().unwrap().contains("meetmint init"));
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["code"], "no-meeting");
}
