using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The nodes of trees in a file: a byte for the input of each, where there are few inputs, then the values of those that part rows
/// and those of leaves. Where the children of a node lie, and the shares of a leaf, follows from the order: trees are grown level by
/// level.</summary>
internal static class TreeFile
{
    private const int Piece = 1 << 12;

    // What stands for no input, in one byte and in two.
    private const byte NoByte = byte.MaxValue;
    private const ushort NoShort = ushort.MaxValue;

    // The exponent of what is no finite number.
    private const uint NoNumber = 0x7F80_0000;

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
        BytePlanes.Write(writer, Values(nodes, areLeaves: false));
        BytePlanes.Write(writer, Values(nodes, areLeaves: true));
        writer.Write(shares.Length);
        foreach (CategoryShare share in shares)
            writer.Write((ushort)share.Category);
        BytePlanes.Write(writer, Array.ConvertAll(shares, share => share.Share));
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and refuses trees that cannot have grown: a node that led to one before it would be
    /// walked for ever.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="inputs">How many inputs the trees have.</param>
    /// <param name="categories">Of the column; 0 for a number.</param>
    /// <param name="roots">The first node of every tree.</param>
    /// <param name="firstShares">The first share of every tree.</param>
    public static (TreeNode[] Nodes, CategoryShare[] Shares) Read(
        BinaryReader reader, int inputs, int categories, int[] roots, int[] firstShares)
    {
        int size = inputs < NoByte ? 1 : 2;
        var nodes = new TreeNode[reader.ReadCount(size + sizeof(float), "nodes")];
        bool areSound = ReadInputs(reader, nodes, size, inputs);
        int leaves = nodes.Count(node => node.IsLeaf);
        float[] cuts = new float[nodes.Length - leaves], values = new float[leaves];
        BytePlanes.Read<float>(reader, cuts);
        BytePlanes.Read<float>(reader, values);
        CheckedReading.Require(areSound, "a node of a tree makes no sense");
        for (int i = 0, cut = 0, leaf = 0; i < nodes.Length; i++)
            nodes[i] = nodes[i] with { Value = nodes[i].IsLeaf ? values[leaf++] : cuts[cut++] };
        long count = Place(nodes, categories, roots, firstShares);
        CategoryShare[] shares = ReadShares(reader);
        CheckedReading.Require(shares.Length == count, "the leaves of a tree are not there");
        foreach (CategoryShare share in shares)
            areSound &= (uint)share.Category < (uint)categories & share.Share is >= 0 and <= 1;
        CheckedReading.Require(areSound, "a leaf of a tree makes no sense");
        return (nodes, shares);
    }

    private static float[] Values(TreeNode[] nodes, bool areLeaves) =>
        [.. nodes.Where(node => node.IsLeaf == areLeaves).Select(node => node.Value)];

    private static bool ReadInputs(BinaryReader reader, TreeNode[] nodes, int size, int inputs)
    {
        Span<byte> piece = stackalloc byte[Piece];
        bool areSound = true;
        for (int first = 0; first < nodes.Length; first += Piece / size)
        {
            Span<TreeNode> some = nodes.AsSpan(first, Math.Min(Piece / size, nodes.Length - first));
            Span<byte> bytes = piece[..(some.Length * size)];
            reader.BaseStream.ReadExactly(bytes);
            if (size == 1)
            {
                areSound &= !bytes.ContainsAnyInRange((byte)inputs, (byte)(NoByte - 1));
                for (int i = 0; i < some.Length; i++)
                    some[i] = bytes[i] == NoByte ? TreeNode.Leaf(0, 0) : new TreeNode(0, bytes[i], 0);
                continue;
            }
            ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(bytes);
            areSound &= !wide.ContainsAnyInRange((ushort)inputs, (ushort)(NoShort - 1));
            for (int i = 0; i < some.Length; i++)
                some[i] = wide[i] == NoShort ? TreeNode.Leaf(0, 0) : new TreeNode(0, wide[i], 0);
        }
        return areSound;
    }

    /// <summary>Writes into nodes where their children or shares lie.</summary>
    /// <returns>How many shares all leaves list.</returns>
    private static long Place(TreeNode[] nodes, int categories, int[] roots, int[] firstShares)
    {
        CheckedReading.Require(roots.Length > 0 && firstShares.Length == roots.Length, "trees have no beginning");
        bool areSound = true;
        int tree = 0, root = 0, next = 0, share = 0, largest = 0;
        long all = 0;
        // Without branches that no processor could foretell: every other node is a leaf.
        for (int i = 0; i < nodes.Length; i++)
        {
            if (tree < roots.Length && i == roots[tree])
            {
                // The tree before must have ended, and listed as many shares as it has.
                areSound &= next == i & firstShares[tree] == all;
                (root, next, share, tree) = (i, i + 1, 0, tree + 1);
            }
            TreeNode node = nodes[i];
            bool isLeaf = node.IsLeaf;
            int place = isLeaf ? share : next - root;
            largest = Math.Max(largest, place);
            // Some node before leads to it.
            areSound &= i < next & (BitConverter.SingleToUInt32Bits(node.Value) & NoNumber) != NoNumber;
            nodes[i] = node with { Left = (ushort)place };
            next += isLeaf ? 0 : 2;
            if (categories > 2 && isLeaf)
            {
                int own = node.Value >= 0 && node.Value <= categories ? (int)node.Value : 0;
                areSound &= own == node.Value;
                (share, all) = (share + own, all + own);
            }
        }
        CheckedReading.Require(areSound && tree == roots.Length && next == nodes.Length, "a node of a tree makes no sense");
        CheckedReading.Require(largest <= ushort.MaxValue, "a tree is too large");
        return all;
    }

    private static CategoryShare[] ReadShares(BinaryReader reader)
    {
        var shares = new CategoryShare[reader.ReadCount(sizeof(ushort) + sizeof(float), "shares of categories")];
        Span<byte> piece = stackalloc byte[Piece];
        for (int first = 0; first < shares.Length; first += Piece / sizeof(ushort))
        {
            Span<CategoryShare> some = shares.AsSpan(first, Math.Min(Piece / sizeof(ushort), shares.Length - first));
            reader.BaseStream.ReadExactly(piece[..(some.Length * sizeof(ushort))]);
            ReadOnlySpan<ushort> categories = MemoryMarshal.Cast<byte, ushort>(piece);
            for (int i = 0; i < some.Length; i++)
                some[i] = new CategoryShare(0, categories[i]);
        }
        BytePlanes.Read<CategoryShare>(reader, shares);
        return shares;
    }
}
