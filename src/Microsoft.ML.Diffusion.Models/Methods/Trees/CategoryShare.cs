using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The share of one category among the rows of a leaf.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CategoryShare(float Share, int Category);
