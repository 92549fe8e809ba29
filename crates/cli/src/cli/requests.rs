//! Arguments as the requests that they stand for.

use meetmint_app::{Overrides, PlanRequest, RunRequest, SelectionRequest};

use crate::cli::{OverrideArgs, Plan, Run, SelectionArgs};

impl From<SelectionArgs> for SelectionRequest {
    fn from(args: SelectionArgs) -> SelectionRequest {
        SelectionRequest { only: args.only, role: args.role }
    }
}

impl From<OverrideArgs> for Overrides {
    fn from(args: OverrideArgs) -> Overrides {
        let OverrideArgs { first, cancel_many, postponed } = args;
        Overrides { first, cancel_many, postponed }
    }
}

impl From<Plan> for PlanRequest {
    fn from(args: Plan) -> PlanRequest {
        PlanRequest {
            selection: args.selection.into(),
            limit: args.limit.map(|limit| limit as usize),
            again: false,
            skip_bad_rows: args.skip_bad_rows,
            overrides: args.overrides.into(),
        }
    }
}

impl From<Run> for RunRequest {
    fn from(args: Run) -> RunRequest {
        RunRequest { yes: args.yes, wait: args.wait }
    }
}
