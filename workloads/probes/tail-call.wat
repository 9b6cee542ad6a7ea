;; Ten million calls: a stack that grew would end.
(module (func $down (param i32 i64) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $down (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
  (func (export "run") (param i32) (result i64) (call $down (i32.const 10000000) (i64.const 42))))
