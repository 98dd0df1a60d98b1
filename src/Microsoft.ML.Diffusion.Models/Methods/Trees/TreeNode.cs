using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>A node of a tree, in eight bytes. Children lie side by side.</summary>
/// <param name="Value">Inputs up to it go left. In a leaf the mean, the share of the second of two categories, or how many
/// shares of categories are listed.</param>
/// <param name="Input">Which input is compared; <see cref="IsLeaf"/> tells none.</param>
/// <param name="Left">The left child, counted from the root; the right one follows it. In a leaf where its shares start, counted
/// from the tree's first.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TreeNode(float Value, ushort Input, ushort Left)
{
    private const ushort NoInput = ushort.MaxValue;

    public bool IsLeaf => Input == NoInput;

    public static TreeNode Leaf(float value, int shares) => new(value, NoInput, (ushort)shares);
}
