;; Filling no bytes behind the memory's end traps.
;; argument: 65537
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (memory.fill (local.get 0) (i32.const 1) (i32.const 0))
    (i64.const 7)))
