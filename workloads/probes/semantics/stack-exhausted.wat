;; Recursion without an end exhausts the stack: a trap and not the process's end.
;; argument: 1
;; expect: trap stack_exhausted
(module
  (memory 1)
  (func $run (export "run") (param i32) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 0))))
    (i64.load (i32.wrap_i64 (call $run (i32.add (local.get 0) (i32.const 1)))))))
