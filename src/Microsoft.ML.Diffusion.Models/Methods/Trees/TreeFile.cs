using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The nodes of trees in a file: a byte for the input of each, where there are few inputs, and its value. Where the children of a
/// node lie, and the shares of a leaf, follows from the order: trees are grown level by level.</summary>
internal static class TreeFile
{
    private const int Piece = 1 << 12;

    // What stands for no input, in one byte and in two.
    private const byte NoByte = byte.MaxValue;
    private const ushort NoShort = ushort.MaxValue;

    public static void Write(BinaryWriter writer, int inputs, TreeNode[] nodes, CategoryShare[] shares)
    {
        writer.Write(nodes.Length);
        foreach (TreeNode node in nodes)
        {
            if (inputs < NoByte)
                writer.Write(node.IsLeaf ? NoByte : (byte)node.Input);
            else
                writer.Write(node.IsLeaf ? NoShort : node.Input);
        }
        foreach (TreeNode node in nodes)
            writer.Write(node.Value);
        writer.Write(shares.Length);
        foreach (CategoryShare share in shares)
            writer.Write((ushort)share.Category);
        foreach (CategoryShare share in shares)
            writer.Write(share.Share);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="inputs">How many inputs the trees have.</param>
    /// <param name="categories">Of the column; 0 for a number.</param>
    /// <param name="roots">The first node of every tree.</param>
    /// <returns>Nodes and shares, of which nothing is checked but that a place fits into two bytes.</returns>
    public static (TreeNode[] Nodes, CategoryShare[] Shares) Read(BinaryReader reader, int inputs, int categories, int[] roots)
    {
        bool isByte = inputs < NoByte;
        var nodes = new TreeNode[reader.ReadCount(sizeof(float) + (isByte ? 1 : 2), "nodes")];
        ReadEach(reader, nodes.Length, isByte ? 1 : 2, (i, bytes) =>
        {
            int input = isByte ? bytes[0] : MemoryMarshal.Read<ushort>(bytes);
            nodes[i] = input == (isByte ? NoByte : NoShort) ? TreeNode.Leaf(0, 0) : new TreeNode(0, (ushort)input, 0);
        });
        int tree = 0, root = 0, next = 0, share = 0;
        ReadEach(reader, nodes.Length, sizeof(float), (i, bytes) =>
        {
            float value = MemoryMarshal.Read<float>(bytes);
            if (tree < roots.Length && i == roots[tree])
                (root, next, share, tree) = (i, i + 1, 0, tree + 1);
            int place = nodes[i].IsLeaf ? share : next - root;
            CheckedReading.Require(place <= ushort.MaxValue, "a tree is too large");
            nodes[i] = nodes[i].IsLeaf ? TreeNode.Leaf(value, place) : new TreeNode(value, nodes[i].Input, (ushort)place);
            if (!nodes[i].IsLeaf)
                next += 2;
            else if (categories > 2 && value >= 0 && value <= categories)
                share += (int)value;
        });
        var shares = new CategoryShare[reader.ReadCount(sizeof(float) + sizeof(ushort), "shares of categories")];
        ReadEach(reader, shares.Length, sizeof(ushort), (i, bytes) => shares[i] = new CategoryShare(MemoryMarshal.Read<ushort>(bytes), 0));
        ReadEach(reader, shares.Length, sizeof(float), (i, bytes) => shares[i] = shares[i] with { Share = MemoryMarshal.Read<float>(bytes) });
        return (nodes, shares);
    }

    private static void ReadEach(BinaryReader reader, int count, int size, Action<int, ReadOnlySpan<byte>> take)
    {
        Span<byte> piece = stackalloc byte[Piece];
        for (int first = 0; first < count; first += Piece / size)
        {
            int some = Math.Min(Piece / size, count - first);
            reader.BaseStream.ReadExactly(piece[..(some * size)]);
            for (int i = 0; i < some; i++)
                take(first + i, piece.Slice(i * size, size));
        }
    }
}
