;; Filling no bytes at the memory's end is right.
;; argument: 65536
;; expect: 7
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (memory.fill (local.get 0) (i32.const 1) (i32.const 0))
    (i64.const 7)))
