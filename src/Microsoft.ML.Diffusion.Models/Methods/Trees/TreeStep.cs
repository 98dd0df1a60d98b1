using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>A node of a tree as it is walked, in eight bytes: which node comes next is one sum, in a leaf as well, so that the walk needs
/// no branch that a processor could guess wrong.</summary>
/// <param name="Cut">Inputs up to it go left. In a leaf what it says: a number, or the bits of <see cref="Shares"/>.</param>
/// <param name="Input">Which input is compared; in a leaf one below all numbers, so that its cut is never passed.</param>
/// <param name="Skip">How far on the left child lies, which the right one follows; 0 in a leaf, which so leads to itself.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TreeStep(float Cut, ushort Input, ushort Skip)
{
    private const int StartBits = 16;

    /// <summary>Where the shares of a leaf start, counted from the tree's first, and how many they are.</summary>
    public (int Start, int Count) Shares
    {
        get
        {
            uint bits = BitConverter.SingleToUInt32Bits(Cut);
            return ((int)(bits & ((1u << StartBits) - 1)), (int)(bits >> StartBits));
        }
    }

    /// <summary>A node as it is walked.</summary>
    /// <param name="node">As it was grown.</param>
    /// <param name="place">Its place, counted from the root.</param>
    /// <param name="lists">Whether leaves list shares of categories.</param>
    /// <param name="lowest">The input that is below all numbers.</param>
    public static TreeStep Of(TreeNode node, int place, bool lists, int lowest)
    {
        if (!node.IsLeaf)
            return new TreeStep(node.Value, node.Input, (ushort)(node.Left - place));
        float says = lists ? BitConverter.UInt32BitsToSingle(node.Left | ((uint)node.Value << StartBits)) : node.Value;
        return new TreeStep(says, (ushort)lowest, 0);
    }

    /// <summary>The node as it was grown.</summary>
    /// <param name="place">Its place, counted from the root.</param>
    /// <param name="lists">Whether leaves list shares of categories.</param>
    public TreeNode ToNode(int place, bool lists)
    {
        if (Skip > 0)
            return new TreeNode(Cut, Input, (ushort)(place + Skip));
        return lists ? TreeNode.Leaf(Shares.Count, Shares.Start) : TreeNode.Leaf(Cut, 0);
    }
}
