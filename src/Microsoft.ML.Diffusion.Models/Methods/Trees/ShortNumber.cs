namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Numbers of trees with fewer digits, which take less space in a file: what they lose is less than one tree differs from
/// another.</summary>
internal static class ShortNumber
{
    private const int MantissaBits = 23;

    // Of the gap between two rows the share by which a cut moves at most.
    private const double MostMoved = 1.0 / 8;

    // Leaves are means of a few rows; of scaled numbers, whose deviation is 1, this is a 512th.
    private const float StepsOfLeaf = 512;

    /// <summary>A cut between two values that parts rows as the given one does, hardly moved, of as few binary digits as that
    /// takes.</summary>
    /// <param name="cut">The cut; values up to it go left.</param>
    /// <param name="below">The largest value up to it.</param>
    /// <param name="above">The smallest value above it.</param>
    public static float Cut(float cut, float below, float above)
    {
        double most = MostMoved * ((double)above - below);
        for (int bits = 0; bits < MantissaBits; bits++)
        {
            float rounded = Round(cut, bits);
            if (rounded >= below && rounded < above && Math.Abs((double)rounded - cut) <= most)
                return rounded;
        }
        return cut;
    }

    /// <summary>The mean of a leaf in whole steps.</summary>
    public static float Leaf(float mean)
    {
        float steps = MathF.Round(mean * StepsOfLeaf);
        // Beyond this a step is finer than the number itself.
        return Math.Abs(steps) < 1 << MantissaBits ? steps / StepsOfLeaf : mean;
    }

    /// <summary>Rounds to so many binary digits after the first.</summary>
    private static float Round(float value, int bits)
    {
        int dropped = MantissaBits - bits;
        uint number = BitConverter.SingleToUInt32Bits(value) + (1u << (dropped - 1));
        return BitConverter.UInt32BitsToSingle(number & ~((1u << dropped) - 1));
    }
}
