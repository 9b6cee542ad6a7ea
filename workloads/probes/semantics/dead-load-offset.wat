;; A constant offset does not wrap around: -8 and 16 are an address above 4 GiB.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load offset=16 (local.get 0)))
    (i64.const 7)))
