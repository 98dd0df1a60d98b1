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
        int size = inputs < NoByte ? 1 : 2;
        var nodes = new TreeNode[reader.ReadCount(size + sizeof(float), "nodes")];
        Span<byte> piece = stackalloc byte[Piece];
        for (int first = 0; first < nodes.Length; first += Piece / size)
        {
            Span<TreeNode> some = Next(reader, nodes, first, size, piece);
            for (int i = 0; i < some.Length; i++)
            {
                int input = size == 1 ? piece[i] : MemoryMarshal.Cast<byte, ushort>(piece)[i];
                some[i] = input == (size == 1 ? NoByte : NoShort) ? TreeNode.Leaf(0, 0) : new TreeNode(0, (ushort)input, 0);
            }
        }
        int tree = 0, root = 0, next = 0, share = 0, largest = 0;
        for (int first = 0; first < nodes.Length; first += Piece / sizeof(float))
        {
            Span<TreeNode> some = Next(reader, nodes, first, sizeof(float), piece);
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(piece);
            for (int i = 0; i < some.Length; i++)
            {
                if (tree < roots.Length && first + i == roots[tree])
                    (root, next, share, tree) = (first + i, first + i + 1, 0, tree + 1);
                bool isLeaf = some[i].IsLeaf;
                int place = isLeaf ? share : next - root;
                largest = Math.Max(largest, place);
                some[i] = isLeaf ? TreeNode.Leaf(values[i], place) : new TreeNode(values[i], some[i].Input, (ushort)place);
                if (!isLeaf)
                    next += 2;
                else if (categories > 2 && values[i] >= 0 && values[i] <= categories)
                    share += (int)values[i];
            }
        }
        CheckedReading.Require(largest <= ushort.MaxValue, "a tree is too large");
        return (nodes, ReadShares(reader, piece));
    }

    private static CategoryShare[] ReadShares(BinaryReader reader, Span<byte> piece)
    {
        var shares = new CategoryShare[reader.ReadCount(sizeof(ushort) + sizeof(float), "shares of categories")];
        for (int first = 0; first < shares.Length; first += Piece / sizeof(ushort))
        {
            Span<CategoryShare> some = Next(reader, shares, first, sizeof(ushort), piece);
            for (int i = 0; i < some.Length; i++)
                some[i] = new CategoryShare(MemoryMarshal.Cast<byte, ushort>(piece)[i], 0);
        }
        for (int first = 0; first < shares.Length; first += Piece / sizeof(float))
        {
            Span<CategoryShare> some = Next(reader, shares, first, sizeof(float), piece);
            for (int i = 0; i < some.Length; i++)
                some[i] = some[i] with { Share = MemoryMarshal.Cast<byte, float>(piece)[i] };
        }
        return shares;
    }

    /// <summary>Reads the bytes of the next items, as many as a piece holds.</summary>
    private static Span<T> Next<T>(BinaryReader reader, T[] items, int first, int size, Span<byte> piece)
    {
        Span<T> some = items.AsSpan(first, Math.Min(Piece / size, items.Length - first));
        reader.BaseStream.ReadExactly(piece[..(some.Length * size)]);
        return some;
    }
}
