"""S3xx: expressions."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S301": Code(
        "not an expression",
        "The text cannot be read as an expression: something is missing, or stands where it\n"
        "does not fit. The mark is at the first character that cannot be right.\n"
        "\n"
        "  filters: =width * * 2      `*` does not fit here\n"
        "  filters: =width * 2\n"
        "\n"
        "Expressions are a subset of Python's. `=` begins a code scalar; inside one, `==`\n"
        "compares, and a single `=` only names an argument of a call.",
    ),
    "S302": Code(
        "unbalanced brackets or quotes",
        "A bracket or a quote has no partner.\n"
        "\n"
        "  units: =min(a, b           `(` is not closed\n"
        "\n"
        "Inside `{…}` or `[…]` YAML itself reads commas and brackets, and cuts an expression\n"
        "in two; put it in quotes there:\n"
        "\n"
        '  - Dense: {units: "=min(a, b)"}',
    ),
    "S303": Code(
        "not in the language",
        "Python would understand this; a spec does not. Expressions have names, constants,\n"
        "f-strings, arithmetic, comparisons, `and or not`, `x if c else y`, lists, tuples,\n"
        "dicts, indexing, slices, comprehensions, and calls of functions by name.\n"
        "\n"
        "  f(*args)           write the arguments out\n"
        "  text.upper()       methods are not called\n"
        "  {1, 2}             write a list: [1, 2]\n"
        "  a & b              `a and b`; for tensors `logical_and(a, b)`\n"
        '  f"{x!r}"           write f"{x}"; formats are simple ones, as in f"{i:02d}"\n'
        "\n"
        "What expressions cannot say is said in YAML: a step, a definition, a param.",
    ),
    "S304": Code(
        "a name that begins with an underscore",
        "No name or attribute that expressions may use begins with `_`; `_` alone is the step\n"
        "before. Such names are Python's own (`__class__`), and a way out of the language.\n"
        "\n"
        "  x._keras_history      there is no way to read this\n"
        "  _width * 2            call the param `width`",
    ),
    "S305": Code(
        "the expression is too long or too deep",
        "Length, nesting and the digits of numbers are bounded, so that no text can take the\n"
        "process down. No sensible expression comes near the bounds.\n"
        "\n"
        "Move tables into `params` as YAML lists, and give parts names: a param whose default\n"
        "is `=…`, or one more line in an `expr` mapping.",
    ),
    "S306": Code(
        "an unknown name",
        "An expression reads a name, or calls a function, that does not exist where it stands.\n"
        "\n"
        "  units: =widht * 2      did you mean `width`?\n"
        "\n"
        "Static expressions see params, loop variables and these functions: range, len, min,\n"
        "max, sum, abs, round, int, float, str, enumerate, zip, reversed, items.",
    ),
    "S307": Code(
        "a wrong call",
        "A function does not take such arguments, or what is called is not a function.\n"
        "\n"
        "  range()            range takes 1 to 3 arguments\n"
        "  range(stop=3)      range(3)\n"
        "  min(2, 3)          fails where a param is called `min`: rename the param",
    ),
    "S308": Code(
        "types that don't fit",
        "An operator or a function does not work on values of these types.\n"
        "\n"
        '  "block" + 1        write f"block{1}"\n'
        "  [1, 2] + (3,)      a list and a tuple: write [1, 2] + [3]\n"
        "  for: i in depth    an integer cannot be looped over: range(depth)\n"
        "\n"
        'Quoted YAML scalars are text: `width: "32"` is not the number 32.',
    ),
    "S309": Code(
        "no such value",
        "The types fit, but the operation has no result: division by zero, an index past the\n"
        "end, a key that a mapping does not have, text that is no number.\n"
        "\n"
        "  depths[4]          where `depths` has 4 items: the last is depths[3], or depths[-1]\n"
        "  width // groups    where groups is 0",
    ),
    "S310": Code(
        "too much to compute",
        "The result would be too large, or computing it would take too many steps. Specs may\n"
        "come from anyone, and a few characters can ask for hours or terabytes.\n"
        "\n"
        "  9**9**9            more than 1,024 bits\n"
        "  range(10**12)      more than 100,000 items\n"
        "\n"
        "Large tables are made by tensor expressions, when the model is built.",
    ),
    "S311": Code(
        "a tensor in a static expression",
        "`for`, `if`, `repeat` and scalars that begin with `=` are computed when the spec is\n"
        "compiled. Tensors have no values then: they may be listed, zipped, indexed out of\n"
        "lists and compared with None, but not computed with.\n"
        "\n"
        "  rate: =x * 2                   `x` is a tensor\n"
        "  - expr: x * 2                  a tensor expression: this is the place for it\n"
        "  units: =x.shape[-1] * 2        static, where the shape is known",
    ),
    "S312": Code(
        "an unknown attribute",
        "Values of params have no attributes; steps have `shape` and `dtype`, and the weights\n"
        "of their layers (`embedding.embeddings`).\n"
        "\n"
        "  depths.length      write len(depths)\n"
        "  options.width      the value of a key: options['width']",
    ),
    "S313": Code(
        "a size that is not known yet",
        "Static expressions may read a size as far as it follows from the inputs' shapes, through\n"
        "the shape rules of the layers between. Here it doesn't: the dimension is `null` (as the\n"
        "batch always is), or a layer between has no rule.\n"
        "\n"
        "  units: =x.shape[-1]            where the last size of `x` is not known\n"
        "\n"
        "Make it a param. In a tensor expression an unknown size may be read: there it is the\n"
        "size at run time.",
    ),
}
