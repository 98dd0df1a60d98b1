using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion;

/// <summary>What is trained where draws are all that is asked of a model and the options leave the choice.</summary>
internal static class DrawingPlan
{
    // In fewer rows a network of the usual size learns the noise too: the simulation of eng/benchmarks/MultipleImputation gave draws of too
    // little spread, and intervals that were a tenth too narrow.
    private const int FewRows = 1000;
    private const int FewRowsSteps = 2000, FewRowsBlocks = 2, LeastWidth = 32, MostWidth = 128, WidthPerColumn = 4;

    /// <summary>Sets what is null.</summary>
    /// <param name="options">The options of a model.</param>
    /// <param name="table">What it is to be trained on.</param>
    public static void Complete(TabularDiffusionModel.Options options, Table table)
    {
        // The cheapest best guess, and nothing held back to weigh it: draws do not use it.
        options.Members ??= ImputationMembers.Gaussian;
        options.ValidationShare ??= 0;
        if (options.Method != DiffusionMethod.Conditional || table.RowCount is 0 or >= FewRows)
            return;
        options.Width ??= Math.Clamp(WidthPerColumn * table.Columns.Count, LeastWidth, MostWidth);
        options.Blocks ??= FewRowsBlocks;
        options.BatchSize ??= 128;
        options.Epochs ??= (int)Math.Ceiling((double)FewRowsSteps * options.BatchSize.Value / table.RowCount);
    }
}
