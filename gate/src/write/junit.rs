//! JUnit's XML, which every CI system shows: a cell is a test.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::words::{self, Line};
use crate::{
    Result,
    document::{Document, Outcome, Overall},
    ended::Ended,
    error::unwritten,
};

/// The whole file.
///
/// # Errors
/// Where it cannot be written, which would be a mistake of this program.
pub fn junit(document: &Document) -> Result<String> {
    let mut report = Report::new("wasmark gate");
    let mut suite = TestSuite::new(format!("{} against {}", document.candidate, document.base));
    let lines = words::lines(document);
    let find = |name: &str| lines.iter().find(|line| line.name == name);
    for cell in &document.cells {
        let skipped = matches!(cell.outcome, Outcome::Ended(Ended::Unsupported(_)));
        suite.add_test_case(case(find(&cell.name()), &cell.name(), cell.calls_for(), skipped));
    }
    for count in &document.counts {
        let skipped = matches!(count.outcome, Err(Ended::Unsupported(_)));
        suite.add_test_case(case(find(&count.name()), &count.name(), count.calls_for(), skipped));
    }
    report.add_test_suite(suite);
    report.to_string().map_err(unwritten("JUnit's XML"))
}

fn case(line: Option<&Line>, name: &str, calls_for: Overall, skipped: bool) -> TestCase {
    let text = line.map_or(String::new(), |line| format!("{} {}: {}", line.word, line.change, line.detail));
    let mut status = match calls_for {
        _ if skipped => TestCaseStatus::skipped(),
        Overall::Passed => TestCaseStatus::success(),
        // Not decided, and not asked for by name.
        Overall::Partial => TestCaseStatus::skipped(),
        Overall::Regressed | Overall::WrongOutput => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Overall::Failed | Overall::Unmeasured | Overall::Invalid | Overall::Inconclusive => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    status.set_message(text.clone());
    let mut case = TestCase::new(name, status);
    case.set_system_out(text);
    case
}
