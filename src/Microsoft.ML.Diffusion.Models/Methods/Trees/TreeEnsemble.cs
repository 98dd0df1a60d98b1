using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The trees of one column: their mean is the prediction.</summary>
internal sealed class TreeEnsemble
{
    // Trees walked side by side, so that the processor waits for many nodes at once: they lie in its last cache or beyond.
    private const int Abreast = 32;

    // What the stack has room for. Trees grow from about a hundred inputs at most.
    private const int MostInputs = 1024;

    private readonly int _categories;

    // The slot of every input.
    private readonly int[] _inputs;

    // Of every tree: its first node and its first share.
    private readonly int[] _roots;
    private readonly int[] _firstShares;
    private readonly CategoryShare[] _shares;

    // Steps in the place of the nodes that they are made of, so that a model that is loaded takes their memory once.
    private readonly TreeNode[] _memory;

    /// <param name="categories">0 for a number.</param>
    /// <param name="inputs">The slot of every input.</param>
    /// <param name="trees">What grew; at least one.</param>
    public TreeEnsemble(int categories, int[] inputs, IReadOnlyList<GrownTree> trees)
    {
        _categories = categories;
        _inputs = inputs;
        _roots = new int[trees.Count];
        _firstShares = new int[trees.Count];
        for (int i = 1; i < trees.Count; i++)
        {
            _roots[i] = _roots[i - 1] + trees[i - 1].Nodes.Length;
            _firstShares[i] = _firstShares[i - 1] + trees[i - 1].Shares.Length;
        }
        _memory = [.. trees.SelectMany(tree => tree.Nodes)];
        _shares = [.. trees.SelectMany(tree => tree.Shares)];
        MakeSteps();
    }

    private TreeEnsemble(int categories, int[] inputs, int[] roots, int[] firstShares, TreeNode[] nodes, CategoryShare[] shares)
    {
        (_categories, _inputs, _roots, _firstShares, _memory, _shares) = (categories, inputs, roots, firstShares, nodes, shares);
        MakeSteps();
    }

    private bool ListsShares => _categories > 2;

    private Span<TreeStep> Steps => MemoryMarshal.Cast<TreeNode, TreeStep>(_memory.AsSpan());

    /// <summary>Predicts one cell.</summary>
    /// <param name="slots">The slots of the row.</param>
    /// <param name="own">Receives the mean, or the share of each category.</param>
    public void Predict(ReadOnlySpan<float> slots, Span<float> own)
    {
        Span<float> inputs = stackalloc float[_inputs.Length + 1];
        for (int i = 0; i < _inputs.Length; i++)
            inputs[i] = slots[_inputs[i]];
        inputs[^1] = float.NegativeInfinity;
        ReadOnlySpan<TreeStep> steps = Steps;
        Span<int> abreast = stackalloc int[Abreast];
        own.Clear();
        for (int first = 0; first < _roots.Length; first += Abreast)
        {
            Span<int> places = abreast[..Math.Min(Abreast, _roots.Length - first)];
            _roots.AsSpan(first, places.Length).CopyTo(places);
            Walk(steps, inputs, places);
            for (int i = 0; i < places.Length; i++)
            {
                TreeStep leaf = steps[places[i]];
                if (!ListsShares)
                {
                    own[^1] += leaf.Cut;
                    continue;
                }
                (int start, int count) = leaf.Shares;
                foreach (CategoryShare share in _shares.AsSpan(_firstShares[first + i] + start, count))
                    own[share.Category] += share.Share;
            }
        }
        for (int i = 0; i < own.Length; i++)
            own[i] /= _roots.Length;
        if (_categories == 2)
            own[0] = 1 - own[1];
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_categories);
        writer.WriteArray(_inputs);
        writer.WriteArray(_roots);
        writer.WriteArray(_firstShares);
        TreeFile.Write(writer, _inputs.Length, Nodes(), _shares);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="categories">Of the column; 0 for a number.</param>
    /// <param name="slots">How many slots a row has.</param>
    public static TreeEnsemble Load(BinaryReader reader, int categories, int slots)
    {
        reader.ReadBetween(categories, categories, "the number of categories of trees");
        int[] inputs = reader.ReadArray<int>();
        bool areInputs = inputs.Length <= MostInputs && Array.TrueForAll(inputs, input => (uint)input < (uint)slots);
        CheckedReading.Require(areInputs, "an input of a tree is no slot");
        int[] roots = reader.ReadArray<int>(), firstShares = reader.ReadArray<int>();
        (TreeNode[] nodes, CategoryShare[] shares) = TreeFile.Read(reader, inputs.Length, categories, roots, firstShares);
        return new TreeEnsemble(categories, inputs, roots, firstShares, nodes, shares);
    }

    /// <summary>Takes some trees from their roots to the leaves.</summary>
    private static void Walk(ReadOnlySpan<TreeStep> steps, ReadOnlySpan<float> inputs, Span<int> places)
    {
        // Whoever made the trees saw to it that they lead to nodes and inputs that are there.
        ref TreeStep first = ref MemoryMarshal.GetReference(steps);
        ref float input = ref MemoryMarshal.GetReference(inputs);
        // Trees that have ended stay at their leaves: to leave them out cost more than to go on.
        int moved;
        do
        {
            moved = 0;
            for (int i = 0; i < places.Length; i++)
            {
                ref TreeStep step = ref Unsafe.Add(ref first, places[i]);
                int skip = step.Skip + (Unsafe.Add(ref input, (int)step.Input) > step.Cut ? 1 : 0);
                moved |= skip;
                places[i] += skip;
            }
        }
        while (moved != 0);
    }

    private void MakeSteps()
    {
        Span<TreeStep> steps = Steps;
        for (int i = 0, tree = 0; i < steps.Length; i++)
        {
            tree += tree + 1 < _roots.Length && i == _roots[tree + 1] ? 1 : 0;
            steps[i] = TreeStep.Of(_memory[i], i - _roots[tree], ListsShares, _inputs.Length);
        }
    }

    private TreeNode[] Nodes()
    {
        ReadOnlySpan<TreeStep> steps = Steps;
        var nodes = new TreeNode[steps.Length];
        for (int i = 0, tree = 0; i < nodes.Length; i++)
        {
            tree += tree + 1 < _roots.Length && i == _roots[tree + 1] ? 1 : 0;
            nodes[i] = steps[i].ToNode(i - _roots[tree], ListsShares);
        }
        return nodes;
    }
}
