;; An active data segment that does not fit makes instantiation trap.
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (data (i32.const 65535) "ab")
  (func (export "run") (param i32) (result i64) (i64.const 7)))
