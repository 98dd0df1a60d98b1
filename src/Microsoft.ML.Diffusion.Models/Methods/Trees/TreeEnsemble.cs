using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The trees of one column: their mean is the prediction.</summary>
internal sealed class TreeEnsemble
{
    // Trees walked side by side, so that the processor waits for several nodes at once.
    private const int Abreast = 8;

    // What the stack has room for. Trees grow from a hundred inputs at most.
    private const int MostInputs = 1024;

    private readonly int _categories;

    // The slot of every input.
    private readonly int[] _inputs;

    // Of every tree: its first node and its first share.
    private readonly int[] _roots;
    private readonly int[] _firstShares;
    private readonly TreeNode[] _nodes;
    private readonly CategoryShare[] _shares;

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
        _nodes = [.. trees.SelectMany(tree => tree.Nodes)];
        _shares = [.. trees.SelectMany(tree => tree.Shares)];
    }

    private TreeEnsemble(int categories, int[] inputs, int[] roots, int[] firstShares, TreeNode[] nodes, CategoryShare[] shares)
    {
        (_categories, _inputs, _roots, _firstShares, _nodes, _shares) = (categories, inputs, roots, firstShares, nodes, shares);
    }

    /// <summary>Predicts one cell.</summary>
    /// <param name="slots">The slots of the row.</param>
    /// <param name="own">Receives the mean, or the share of each category.</param>
    public void Predict(ReadOnlySpan<float> slots, Span<float> own)
    {
        Span<float> inputs = stackalloc float[_inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = slots[_inputs[i]];
        Span<int> nodes = stackalloc int[Abreast];
        own.Clear();
        for (int first = 0; first < _roots.Length; first += Abreast)
        {
            int count = Math.Min(Abreast, _roots.Length - first);
            Walk(inputs, first, nodes[..count]);
            for (int i = 0; i < count; i++)
            {
                TreeNode leaf = _nodes[nodes[i]];
                if (_categories <= 2)
                {
                    own[^1] += leaf.Value;
                    continue;
                }
                foreach (CategoryShare share in _shares.AsSpan(_firstShares[first + i] + leaf.Left, (int)leaf.Value))
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
        TreeFile.Write(writer, _inputs.Length, _nodes, _shares);
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

    /// <summary>Finds the leaves of some trees.</summary>
    private void Walk(ReadOnlySpan<float> inputs, int first, Span<int> places)
    {
        TreeNode[] nodes = _nodes;
        ReadOnlySpan<int> roots = _roots.AsSpan(first, places.Length);
        roots.CopyTo(places);
        bool goesOn = true;
        while (goesOn)
        {
            goesOn = false;
            for (int i = 0; i < places.Length; i++)
            {
                TreeNode node = nodes[places[i]];
                if (node.IsLeaf)
                    continue;
                places[i] = roots[i] + node.Left + (inputs[node.Input] > node.Value ? 1 : 0);
                goesOn = true;
            }
        }
    }
}
