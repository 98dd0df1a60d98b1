namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>A binary regression tree: inner nodes compare one feature with a threshold, leaves hold the outputs.</summary>
internal sealed class Tree
{
    private readonly List<Node> _nodes = [];
    private readonly List<double> _leafValues = [0];

    // A child that is negative is the leaf ~child.
    private record struct Node(int Feature, float Threshold, bool MissingGoesLeft, int Left, int Right);

    public int LeafCount => _leafValues.Count;

    public double Score(ReadOnlySpan<float> features)
    {
        int next = _nodes.Count == 0 ? ~0 : 0;
        while (next >= 0)
        {
            Node node = _nodes[next];
            float value = features[node.Feature];
            bool left = float.IsNaN(value) ? node.MissingGoesLeft : value <= node.Threshold;
            next = left ? node.Left : node.Right;
        }
        return _leafValues[~next];
    }

    /// <summary>Turns a leaf into a node whose left child is that leaf and whose right child is a new one; returns the new leaf.</summary>
    public int Split(int leaf, int feature, float threshold, bool missingGoesLeft)
    {
        int right = _leafValues.Count;
        int created = _nodes.Count;
        for (int i = 0; i < _nodes.Count; i++)
        {
            if (_nodes[i].Left == ~leaf)
                _nodes[i] = _nodes[i] with { Left = created };
            else if (_nodes[i].Right == ~leaf)
                _nodes[i] = _nodes[i] with { Right = created };
        }
        _nodes.Add(new Node(feature, threshold, missingGoesLeft, ~leaf, ~right));
        _leafValues.Add(0);
        return right;
    }

    public void SetLeaf(int leaf, double value) => _leafValues[leaf] = value;

    public void Scale(double factor)
    {
        for (int leaf = 0; leaf < _leafValues.Count; leaf++)
            _leafValues[leaf] *= factor;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_nodes.Count);
        foreach (Node node in _nodes)
        {
            writer.Write(node.Feature);
            writer.Write(node.Threshold);
            writer.Write(node.MissingGoesLeft);
            writer.Write(node.Left);
            writer.Write(node.Right);
        }
        foreach (double value in _leafValues)
            writer.Write(value);
    }

    public static Tree Load(BinaryReader reader)
    {
        var tree = new Tree();
        int nodes = reader.ReadInt32();
        for (int i = 0; i < nodes; i++)
        {
            tree._nodes.Add(new Node(
                reader.ReadInt32(), reader.ReadSingle(), reader.ReadBoolean(), reader.ReadInt32(), reader.ReadInt32()));
        }
        tree._leafValues.Clear();
        for (int leaf = 0; leaf <= nodes; leaf++)
            tree._leafValues.Add(reader.ReadDouble());
        return tree;
    }
}
