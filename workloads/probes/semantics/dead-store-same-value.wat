;; A store out of bounds of what was loaded at the same address traps: its load does.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i32.store (local.get 0) (i32.load (local.get 0)))
    (i64.const 7)))
