namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>One tree, its places counted from 0.</summary>
/// <param name="Nodes">The root first.</param>
/// <param name="Shares">What the leaves of a column of three or more categories list.</param>
internal sealed record GrownTree(TreeNode[] Nodes, CategoryShare[] Shares);
