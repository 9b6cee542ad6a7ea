;; Unaligned 64-bit stores and loads across a page of the machine are right.
;; argument: 4093
;; expect: 0x0807060504030201
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.store align=8 (local.get 0) (i64.const 0x0807060504030201))
    (i64.load align=8 (local.get 0))))
