"""S901 to S979: weight files. To S949 files of every kind, from S950 on TensorFlow's own."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S901": Code(
        "not a weight file",
        "The content is of no format that specc reads weights from. What it looks like is in the\n"
        "message; the suffix doesn't matter. Read are safetensors, Keras 3 `.weights.h5` and\n"
        "`.keras`, Keras 2 `.h5`, npz, and TensorFlow's checkpoints and SavedModels.\n"
        "\n"
        "Files that hold Python objects (`.pkl`, `.pt`, `.pth`, `.npy` of objects) are not read:\n"
        "opening them would run what they say. Convert them where you trust them.",
    ),
    "S902": Code(
        "weight file cut short",
        "The file is shorter than it says itself, as after a download that broke off or a disk\n"
        "that was full. The bytes that are there are not used either.\n"
        "\n"
        "Fetch it again, and compare its size or its digest with the original's.",
    ),
    "S903": Code(
        "damaged weight file",
        "What the file says about its tensors contradicts itself: an offset that is none, a shape\n"
        "that its bytes don't fill, two tensors in one place, text that is no JSON. Such a file\n"
        "was damaged, or made to mislead; nothing of it is used.\n"
        "\n"
        "Fetch it again, or write it again with what wrote it.",
    ),
    "S904": Code(
        "content that is not followed",
        "The file points to something outside itself, or holds something that would run: a link\n"
        "to another file, raw data under another path, a pickled object, an encrypted member. A\n"
        "weight file may come from anyone, so what it names is neither opened nor run.\n"
        "\n"
        "Write the tensors themselves into one file.",
    ),
    "S905": Code(
        "unknown dtype",
        "The tensor's numbers are of a kind that specc or numpy has no dtype for. Other tensors\n"
        "of the file can be read.\n"
        "\n"
        "Write it in a dtype that Keras has: float16, bfloat16, float32, int8 and so on.",
    ),
    "S906": Code(
        "weight file beyond the limits",
        "The file declares more than any model needs, or its compressed parts would take far more\n"
        "memory than the file itself. Reading it could take all of the machine's memory, so it is\n"
        "refused; `specc/weights/limits.py` has each limit with its reason.\n"
        "\n"
        "If the file is honest, write it again without compression, or in parts.",
    ),
    "S907": Code(
        "tensor differs from its digest",
        "When the file was written, the BLAKE3 digest of each tensor's bytes was written into it.\n"
        "The bytes that stand there now have another: they were changed afterwards, by an error\n"
        "of the disk or by somebody.\n"
        "\n"
        "Fetch the file again, or write it again from the model.",
    ),
    "S908": Code(
        "tensor that the format cannot hold",
        "Each format has its own dtypes and names. The message says which tensor has no place in\n"
        "this one; nothing was written.\n"
        "\n"
        "Cast it, rename it, or write another format: safetensors holds every dtype that Keras\n"
        "has.",
    ),
    "S909": Code(
        "files of a set that don't belong together",
        "Weights in several files have an index that says which tensor is where. The files beside\n"
        "it hold something else: one is of another save, or was renamed.\n"
        "\n"
        "Fetch or save the whole set again; the index alone, or one file alone, is not enough.",
    ),
    "S910": Code(
        "weight file of a newer form",
        "The file uses a version of its format, or a part of it, that this specc doesn't read. It\n"
        "isn't read in part either: what is new could change what the rest means.\n"
        "\n"
        "Use a newer specc. HDF5 files are brought to the old form, which Keras writes, by\n"
        "  h5repack --low=0 --high=0 new.h5 old.h5",
    ),
    "S920": Code(
        "rule for weights that is none",
        "What is said about a weight file, in Python, on the command line or in a deployment,\n"
        "isn't something that specc knows: a rule of another name, a glob that is none.\n"
        "\n"
        "  {from: old.safetensors, select: head.**, rename: {'^encoder': backbone}}\n"
        "\n"
        "Patterns of `rename` take linear time, so they have no references back in them and no\n"
        "looking around; in what stands in their place, `\\1` is the first group.",
    ),
    "S921": Code(
        "nothing is given for a variable",
        "None of the weight files has the variable, by any of the names that were tried. Nothing\n"
        "starts fresh unless you say so.\n"
        "\n"
        "State, such as BatchNormalization's moving statistics, isn't trained but is needed for\n"
        "inference: a file of trainable weights only doesn't have it. Give the file that it was\n"
        "trained on before it, or ask for `non_trainable: fresh`. A new head on an old backbone\n"
        "is `fresh: head.**`; a file that calls things otherwise needs `rename`.",
    ),
    "S922": Code(
        "tensor for no variable of the model",
        "The file has a tensor that the model has no place for. If it is left out in silence, a\n"
        "layer that was renamed or forgotten isn't noticed.\n"
        "\n"
        "`rename` it if the model calls it otherwise; `ignore` it, or `select` others, if it\n"
        "isn't wanted. State of optimizers and metrics isn't counted.",
    ),
    "S923": Code(
        "tensor that doesn't fit its variable",
        "The names agree, and the shape or the dtype doesn't. Nothing is cut, filled up or\n"
        "converted in silence.\n"
        "\n"
        "`cast` converts dtypes, `transpose` turns axes, `fresh` lets the variable start anew. A\n"
        "layer without a name in the spec gets weights only from files of the same architecture:\n"
        "insert a layer, and its key is another layer's. Give it a `name`.",
    ),
    "S924": Code(
        "several tensors for one variable",
        "By the names that were tried, a tensor may be for several variables, or a variable has\n"
        "several tensors that differ. specc doesn't choose.\n"
        "\n"
        "Copies of a tied weight are fine as long as they are equal, byte by byte. Otherwise\n"
        "`ignore` what isn't meant, or `rename` it.",
    ),
    "S925": Code(
        "file that completes another one",
        "The file holds some of a model's weights, a fine-tune or an adapter, and says with which\n"
        "file they were trained: by the digest of its content. That file isn't among those given.\n"
        "With another one the model would compute something else, without any error.\n"
        "\n"
        "  specc bind spec.yaml --weights base.safetensors --weights head.safetensors -o m.keras\n"
        "\n"
        "`any_base`, on the command line `--any-base`, lets it complete another file.",
    ),
    "S926": Code(
        "state that isn't what a file was saved with",
        "A file of some of a model's variables says, by digests, what the others were when it was\n"
        "written. What they would get now is something else: the moving statistics of a\n"
        "BatchNormalization went on while the file's weights were trained, or the base is of\n"
        "another day. The model would compute something that nobody trained, without any error.\n"
        "\n"
        "Give the files that it was saved with, the state among them; `only: changed` saves it.\n"
        "`any_base` takes what there is.",
    ),
    "S927": Code(
        "state that changed, and would be left out",
        "A file of trainable weights only is bound over the file that has the rest, its base. But\n"
        "since the model was bound, variables that don't train have changed: the moving\n"
        "statistics of layers in training, or weights that were frozen later. The base has what\n"
        "they were, and no file would have what they are.\n"
        "\n"
        '  specc.save_weights(model, path, only="changed")     # takes them along\n'
        '  specc.save_weights(model, path, only="trainable", leave_changed=True)\n'
        "\n"
        "The latter records what they were, and binding it over the base asks for `any_base`.",
    ),
    "S928": Code(
        "metric that a training doesn't have",
        "The best files of a training are found by a metric, and names of files may hold metrics:\n"
        "those that Keras reports at that moment. Validation's (`val_loss`) come at the end of an\n"
        "epoch, and only if `fit` is given `validation_data`.\n"
        "\n"
        '  specc.TrainableCheckpoint("tuned.safetensors", monitor="val_loss")',
    ),
    "S929": Code(
        "values that are NaN or infinite",
        "A tensor holds values that are no numbers, or infinite. A model with such a weight most\n"
        "often gives nothing else: training went wrong before the file was written. It is a\n"
        "warning, because a table or a mask may hold infinity on purpose.\n"
        "\n"
        "`specc weights ls` and `diff` find the last file without them.",
    ),
    "S930": Code(
        "nothing to check a weight file by",
        "specc writes the BLAKE3 digest of each tensor into its files, and TensorFlow a checksum.\n"
        "This file has nothing of the kind, for none of its tensors, so nobody can say whether it\n"
        "is still what was written.\n"
        "\n"
        "  specc weights convert old.h5 -o new.safetensors      # with digests, from now on",
    ),
    "S931": Code(
        "rule of a mapping that is none",
        "A rule says which keys of another library's file become which keys here, and what is\n"
        "done to their tensors. Its globs have the same wildcards in the same order, each of\n"
        "which stands for the same in all of them; several keys in `from` need `concat`, several\n"
        "in `to` need `split`.\n"
        "\n"
        "  - {from: layer.*.query.weight, to: layer*.query.kernel, transpose: [1, 0]}\n"
        "  - from: layer.*.qkv.bias\n"
        "    to: [layer*.query.bias, layer*.key.bias, layer*.value.bias]\n"
        "    split: 0",
    ),
    "S932": Code(
        "pattern of axes that is none",
        "`rearrange` names the axes as they are in the file, then as they are here, with the same\n"
        "names on both sides. Axes in brackets lie in one; the sizes of all but one of them are\n"
        "given in `sizes`, so that it can be read in both directions.\n"
        "\n"
        "  rearrange: (heads dim) width -> width heads dim\n"
        "  sizes: {dim: 64}",
    ),
    "S933": Code(
        "tensor that no rule is for",
        "The file has a tensor that none of the mapping's rules takes. Left out in silence it\n"
        "would be a layer without weights, or one too many that nobody notices.\n"
        "\n"
        "Write a rule for it, or name it in the mapping's `ignore`. In reverse, rules are for the\n"
        "keys in their `to`.",
    ),
    "S934": Code(
        "rule that lacks one of its tensors",
        "A rule makes something of several tensors, and the file has only some of them.\n"
        "\n"
        "  - {from: [q.weight, k.weight], to: qk.kernel, concat: 0}     # both are needed",
    ),
    "S935": Code(
        "mapping that has no way back",
        "A mapping works in both directions: each key there belongs to one key here. Two rules\n"
        "make the same key, or on the way back an earlier rule would take what this one made.\n"
        "\n"
        "  - {from: a.weight, to: x.kernel}\n"
        "  - {from: b.weight, to: x.kernel}      # which of them is it, in reverse?",
    ),
    "S936": Code(
        "tensor that a rule isn't for",
        "What the rule does can't be done to the tensor: it has another number of axes, a size\n"
        "that isn't made of those in `sizes`, or another dtype than `cast` begins with. The\n"
        "message has the tensor, its dtype and its shape.",
    ),
    "S937": Code(
        "choice of tensors that means nothing",
        "A tensor is selected by a glob over its key, or one of its other names. In a glob `*`\n"
        "stands for any characters between two dots, `**` for any number of names, and `!` takes\n"
        "back what those before it selected. One that covers nothing is mistyped, and would leave\n"
        "out in silence what was meant.\n"
        "\n"
        "  specc weights ls run.safetensors --select 'encoder.**' --select '!**.bias'",
    ),
    "S938": Code(
        "rule that no tensor needs",
        "The file has nothing that a mapping's rule, `rename` or `ignore` is for. That may be\n"
        "right, as where a model was saved without its head. Or it is mistyped; then a tensor\n"
        "that nothing is for is told of too.",
    ),
    "S940": Code(
        "tensors that can't be merged",
        "A later file's tensor takes the place of the earlier one's of the same name, if it has\n"
        "the same shape and dtype. What the base doesn't have is added only if you say so: the\n"
        "two files may call the same variable by two names, and both would be in the result.\n"
        "\n"
        "  specc weights merge base.safetensors head.safetensors -o all.safetensors \\\n"
        "      --drop 'head.**' --add          # another number of classes",
    ),
    "S941": Code(
        "rule for no variable of the model",
        "`select`, `fresh`, `transpose` and `cast` are said of a model's variables, by globs over\n"
        "their keys. One that covers none is mistyped, and what was meant would happen otherwise:\n"
        "a head that should start fresh would get the file's weights.\n"
        "\n"
        "  specc plan spec.yaml --weights base.safetensors --fresh 'haed.**'\n"
        "\n"
        "`specc plan` shows the keys. `rename` and `ignore` are about the file's own names.",
    ),
    "S942": Code(
        "weight file of another digest",
        "The entry says what the file's SHA-256 is, so that the weights that were tested are\n"
        "those that are shipped. The file that stands there now has another: it was changed, or\n"
        "the path leads to another one.\n"
        "\n"
        "  - {from: runs/42/mnist.weights.h5, sha256: 9f…}     # as `sha256sum` prints it\n"
        "\n"
        "Get the file that is meant, or, if it is this one, write down its digest.",
    ),
    "S943": Code(
        "optimizer that can't go on with a file's state",
        "The file has the state of an optimizer that computes otherwise than the model's: it is\n"
        "of another class, or Keras 2's of that name had another formula. Its numbers would fit,\n"
        "and training would go on as nobody asked for.\n"
        "\n"
        "  specc bind net.yaml --weights old.h5 --with training --fresh 'optimizer.**' -o n.ckpt\n"
        "\n"
        "begins with a fresh optimizer. Of formulas, the message says what differs.",
    ),
    "S944": Code(
        "rows of an embedding are trained otherwise today",
        "A batch may read a row of an embedding twice, or not at all. Keras 2 added the gradients\n"
        "of a row before an optimizer squared them, and its optimizers of before version 2.11\n"
        "left rows alone that a batch didn't read. Keras 3 with TensorFlow squares the gradients\n"
        "one by one, and moves all rows that have momentum.\n"
        "\n"
        "The state is bound as it is; training goes on as Keras 3 does it with any model.",
    ),
    "S950": Code(
        "no checkpoint",
        "TensorFlow's are named by their prefix, what stands before `.index`; by a folder, whose\n"
        "`checkpoint` file says which is the latest; or by a SavedModel's folder. Orbax's are\n"
        "the folder of an item, of a step that has one, or of steps. Nothing of the kind is here,\n"
        "or there are several and nothing says which.\n"
        "\n"
        "  specc weights ls run/ckpt-100       # run/ckpt-100.index, run/ckpt-100.data-…",
    ),
    "S951": Code(
        "data file of a set is missing",
        "An index says what each tensor is called and where it is; the numbers are in data files\n"
        "beside it, `name.data-00000-of-00001` of a checkpoint, `model-00001-of-00002.…`\n"
        "of a set. One isn't there.\n"
        "\n"
        "Copy the data files along with the index, without renaming them.",
    ),
    "S952": Code(
        "tensor differs from its checksum",
        "TensorFlow writes a checksum (CRC-32C) of each tensor into a checkpoint's index. The\n"
        "tensor's bytes in the data file have another: they were damaged, or belong to another\n"
        "save.\n"
        "\n"
        "Get the checkpoint again, or take an earlier one.",
    ),
    "S953": Code(
        "library for a format is missing",
        "Orbax stores arrays in a database of its own; specc reads it with `tensorstore`, the\n"
        "library that Orbax itself uses, which few need and which isn't installed with specc.\n"
        "\n"
        "  pip install 'specc[orbax]'",
    ),
}
