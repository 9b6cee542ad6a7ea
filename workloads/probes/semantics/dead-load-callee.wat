;; A load out of bounds traps in a function whose result its caller drops.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func $load (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "run") (param i32) (result i64)
    (drop (call $load (local.get 0)))
    (i64.const 7)))
