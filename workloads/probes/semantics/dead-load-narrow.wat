;; A load of one byte behind the memory's end traps although nothing uses its result.
;; argument: 65536
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load8_u (local.get 0)))
    (i64.const 7)))
