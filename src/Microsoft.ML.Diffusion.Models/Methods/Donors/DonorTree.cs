using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>A tree whose leaves list what the training rows in them have: the places of observed numbers, or categories.</summary>
internal sealed class DonorTree
{
    // What stands for no input, in one byte and in two.
    private const byte NoByte = byte.MaxValue;
    private const ushort NoShort = ushort.MaxValue;

    // A node in a file takes this many bytes at least, and a donor two.
    private const int LeastNodeBytes = 1;

    // Leaves have their number, in the order of the nodes, in place of a child.
    private readonly TreeNode[] _nodes;

    // Where the donors of each leaf begin, and where the last ones end.
    private readonly int[] _starts;
    private readonly ushort[] _donors;

    private DonorTree(TreeNode[] nodes, int[] starts, ushort[] donors) => (_nodes, _starts, _donors) = (nodes, starts, donors);

    /// <summary>Lists the rows of every leaf.</summary>
    /// <param name="grown">A tree.</param>
    /// <param name="rows">The rows that it grew from.</param>
    /// <param name="donors">What each row has.</param>
    public static DonorTree Of(GrownTree grown, TreeRows rows, ReadOnlySpan<ushort> donors)
    {
        var nodes = (TreeNode[])grown.Nodes.Clone();
        int leaves = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].IsLeaf)
                nodes[i] = TreeNode.Leaf(0, leaves++);
        }
        int[] leafOfRow = new int[rows.Count], starts = new int[leaves + 1];
        for (int row = 0; row < leafOfRow.Length; row++)
        {
            TreeNode node = nodes[0];
            while (!node.IsLeaf)
                node = nodes[node.Left + (rows.Values[(node.Input * rows.Count) + row] > node.Value ? 1 : 0)];
            leafOfRow[row] = node.Left;
            starts[node.Left + 1]++;
        }
        for (int leaf = 0; leaf < leaves; leaf++)
            starts[leaf + 1] += starts[leaf];
        ushort[] sorted = new ushort[rows.Count];
        int[] next = starts[..leaves];
        for (int row = 0; row < leafOfRow.Length; row++)
            sorted[next[leafOfRow[row]]++] = donors[row];
        return new DonorTree(nodes, starts, sorted).WithoutRepetitions();
    }

    /// <summary>What one row of a leaf has.</summary>
    /// <param name="slots">The slots of the row that is filled.</param>
    /// <param name="inputs">The slot of every input.</param>
    /// <param name="uniform">Uniform in [0, 1): which row of the leaf.</param>
    public ushort Draw(ReadOnlySpan<float> slots, ReadOnlySpan<int> inputs, float uniform)
    {
        TreeNode node = _nodes[0];
        while (!node.IsLeaf)
            node = _nodes[node.Left + (slots[inputs[node.Input]] > node.Value ? 1 : 0)];
        int start = _starts[node.Left], count = _starts[node.Left + 1] - start;
        return _donors[start + Math.Min((int)(uniform * count), count - 1)];
    }

    /// <summary>Writes inputs, thresholds, the numbers of donors, and the donors. Where children lie follows from the order: trees grow
    /// level by level.</summary>
    /// <param name="writer">Where to write to.</param>
    /// <param name="inputs">How many inputs there are.</param>
    public void Save(BinaryWriter writer, int inputs)
    {
        writer.Write(_nodes.Length);
        foreach (TreeNode node in _nodes)
        {
            if (inputs < NoByte)
                writer.Write(node.IsLeaf ? NoByte : (byte)node.Input);
            else
                writer.Write(node.IsLeaf ? NoShort : node.Input);
        }
        BytePlanes.Write(writer, [.. _nodes.Where(node => !node.IsLeaf).Select(node => node.Value)]);
        ushort[] counts = new ushort[_starts.Length - 1];
        for (int leaf = 0; leaf < counts.Length; leaf++)
            counts[leaf] = (ushort)(_starts[leaf + 1] - _starts[leaf]);
        WriteShorts(writer, counts);
        WriteShorts(writer, _donors);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and refuses trees that cannot have grown: a node that led to one before it would be
    /// walked for ever.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="inputs">How many inputs there are.</param>
    /// <param name="values">How many different values a donor may have.</param>
    public static DonorTree Load(BinaryReader reader, int inputs, int values)
    {
        var nodes = new TreeNode[reader.ReadCount(LeastNodeBytes, "nodes")];
        CheckedReading.Require(nodes.Length is > 0 and <= ushort.MaxValue, "a tree has no nodes, or too many");
        bool areSound = true;
        int next = 1, leaves = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            int input = inputs < NoByte ? reader.ReadByte() : reader.ReadUInt16();
            bool isLeaf = input == (inputs < NoByte ? NoByte : NoShort);
            // Some node before leads to it.
            areSound &= i < next && (isLeaf || input < inputs);
            nodes[i] = isLeaf ? TreeNode.Leaf(0, leaves++) : new TreeNode(0, (ushort)input, (ushort)next);
            next += isLeaf ? 0 : 2;
        }
        CheckedReading.Require(areSound && next == nodes.Length, "a node of a tree makes no sense");
        float[] thresholds = new float[nodes.Length - leaves];
        BytePlanes.Read<float>(reader, thresholds);
        int place = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (!nodes[i].IsLeaf)
                nodes[i] = nodes[i] with { Value = thresholds[place++] };
        }
        ushort[] counts = ReadShorts(reader), donors = ReadShorts(reader);
        int[] starts = new int[leaves + 1];
        CheckedReading.Require(counts.Length == leaves, "the leaves of a tree are not there");
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            areSound &= counts[leaf] > 0;
            starts[leaf + 1] = starts[leaf] + counts[leaf];
        }
        areSound &= starts[leaves] == donors.Length && Array.TrueForAll(thresholds, float.IsFinite)
            && Array.TrueForAll(donors, donor => donor < values);
        CheckedReading.Require(areSound, "a leaf of a tree makes no sense");
        return new DonorTree(nodes, starts, donors);
    }

    /// <summary>Lists the value of leaves with but one value once: which row is drawn makes no difference.</summary>
    private DonorTree WithoutRepetitions()
    {
        int[] starts = new int[_starts.Length];
        List<ushort> donors = [];
        for (int leaf = 0; leaf < starts.Length - 1; leaf++)
        {
            ReadOnlySpan<ushort> own = _donors.AsSpan(_starts[leaf], _starts[leaf + 1] - _starts[leaf]);
            donors.AddRange(own.ContainsAnyExcept(own[0]) ? own : own[..1]);
            starts[leaf + 1] = donors.Count;
        }
        return new DonorTree(_nodes, starts, [.. donors]);
    }

    // Bytes of like meaning beside each other, which compresses better.
    private static void WriteShorts(BinaryWriter writer, ushort[] values)
    {
        writer.Write(values.Length);
        foreach (ushort value in values)
            writer.Write((byte)value);
        foreach (ushort value in values)
            writer.Write((byte)(value >> 8));
    }

    private static ushort[] ReadShorts(BinaryReader reader)
    {
        ushort[] values = new ushort[reader.ReadCount(sizeof(ushort), "rows of a leaf")];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadByte();
        for (int i = 0; i < values.Length; i++)
            values[i] |= (ushort)(reader.ReadByte() << 8);
        return values;
    }
}
