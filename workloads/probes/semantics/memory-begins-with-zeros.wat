;; A memory begins with zeros.
;; argument: 0
;; expect: 0
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (local $sum i64)
    (loop $next
      (local.set $sum (i64.or (local.get $sum) (i64.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get 0) (i32.const 65536))))
    (local.get $sum)))
