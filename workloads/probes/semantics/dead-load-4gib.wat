;; A load that ends behind 4 GiB traps although nothing uses its result; the memory has all of its 65,536 pages.
;; argument: -4
;; expect: trap memory_out_of_bounds
(module
  (memory 65536)
  (func (export "run") (param i32) (result i64)
    (drop (i64.load (local.get 0)))
    (i64.const 7)))
