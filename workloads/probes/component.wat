;; A component and not a module.
(component)
