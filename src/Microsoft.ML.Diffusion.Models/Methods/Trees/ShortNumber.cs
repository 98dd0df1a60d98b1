namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Numbers of trees with fewer digits, which take less space in a file: what they lose is less than one tree differs from
/// another.</summary>
/// <remarks>Leaves alone: cuts are drawn at random so that trees differ, and with fewer digits they would come together.</remarks>
internal static class ShortNumber
{
    private const int MantissaBits = 23;

    // Leaves are means of a few rows; of scaled numbers, whose deviation is 1, this is a 512th.
    private const float StepsOfLeaf = 512;

    /// <summary>The mean of a leaf in whole steps.</summary>
    public static float Leaf(float mean)
    {
        float steps = MathF.Round(mean * StepsOfLeaf);
        // Beyond this a step is finer than the number itself.
        return Math.Abs(steps) < 1 << MantissaBits ? steps / StepsOfLeaf : mean;
    }
}
