;; A number of pages is unsigned: growing by -1 fails and changes nothing.
;; argument: -1
;; expect: 65537
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.add
      (i32.shl (i32.eq (memory.grow (local.get 0)) (i32.const -1)) (i32.const 16))
      (memory.size)))))
