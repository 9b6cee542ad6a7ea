;; Copying no bytes at the memory's end is right.
;; argument: 65536
;; expect: 7
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (memory.copy (local.get 0) (local.get 0) (i32.const 0))
    (i64.const 7)))
