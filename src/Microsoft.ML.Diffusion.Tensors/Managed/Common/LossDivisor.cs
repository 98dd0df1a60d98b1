namespace Microsoft.ML.Diffusion.Tensors;

internal static class LossDivisor
{
    /// <summary>What a loss is multiplied by.</summary>
    internal static float Factor(LossReduction reduction, int rows, int cells, float maskSum)
    {
        float divisor = reduction switch
        {
            LossReduction.Sum => 1,
            LossReduction.MeanOverRows => rows,
            LossReduction.MeanOverCells => cells,
            LossReduction.MeanOverMask => maskSum,
            _ => throw new ArgumentOutOfRangeException(nameof(reduction)),
        };
        return divisor > 0 ? 1 / divisor : 0;
    }
}
