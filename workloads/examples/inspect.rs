//! Prints the proposals that modules need, as a manifest declares them: `cargo run --example inspect -- FILE...`

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in std::env::args().skip(1) {
        let module = std::fs::read(&file)
            .map_err(|error| format!("read {file}: {error}; name a module's file"))
            .and_then(|bytes| wasmark_workloads::inspect(&bytes).map_err(|refusal| refusal.to_string()));
        match module {
            Ok(module) => println!("{file}: proposals = {:?}", module.proposals),
            Err(reason) => {
                eprintln!("{file}: failed to {reason}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
