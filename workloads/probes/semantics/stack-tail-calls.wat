;; A million tail calls need no stack.
;; argument: 1000000
;; expect: 7
(module
  (func $run (export "run") (param i32) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 7))))
    (return_call $run (i32.sub (local.get 0) (i32.const 1)))))
