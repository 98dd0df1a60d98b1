namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Numbers of trees with fewer digits, which take less space in a file: what they lose is less than one tree differs from
/// another.</summary>
internal static class ShortNumber
{
    private const int MantissaBits = 23;

    // Leaves are means of a few rows; of scaled numbers, whose deviation is 1, this is a 64th.
    private const float StepsOfLeaf = 64;

    // Places that a cut may have between the two values that it parts. Cuts are drawn at random so that trees differ, and with fewer
    // places they would come together: with 8 and 16 places, rows whose values lie in such gaps were predicted worse.
    private const int StepsOfGap = 64;

    /// <summary>The mean of a leaf in whole steps.</summary>
    public static float Leaf(float mean)
    {
        float steps = MathF.Round(mean * StepsOfLeaf);
        // Beyond this a step is finer than the number itself.
        return Math.Abs(steps) < 1 << MantissaBits ? steps / StepsOfLeaf : mean;
    }

    /// <summary>A cut that parts the same rows, with as many digits as the gap between them asks for: a whole number of steps, the step
    /// being a power of two.</summary>
    /// <param name="cut">The cut.</param>
    /// <param name="gap">The largest value up to it and the smallest above it.</param>
    public static float Cut(float cut, (float Below, float Above) gap)
    {
        float width = (gap.Above - gap.Below) / StepsOfGap;
        if (!float.IsNormal(width))
            return cut;
        float step = MathF.ScaleB(1, Math.ILogB(width)), rounded = MathF.Round(cut / step) * step;
        rounded += rounded < gap.Below ? step : rounded >= gap.Above ? -step : 0;
        return rounded >= gap.Below && rounded < gap.Above ? rounded : cut;
    }
}
