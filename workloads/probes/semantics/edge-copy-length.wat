;; A length that wraps around traps: 8 and -8 bytes are not none.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (memory.copy (i32.const 0) (i32.const 8) (local.get 0))
    (i64.const 7)))
