using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Fuzzing.Models;

/// <summary>A small table with every kind of column, and options with which each method makes a small model of it.</summary>
internal static class SmallTables
{
    private static readonly TableColumn[] s_columns =
    [
        TableColumn.Numeric("size"),
        TableColumn.Numeric("income"),
        TableColumn.Numeric("count"),
        TableColumn.Numeric("same"),
        TableColumn.Numeric("flag"),
        TableColumn.Categorical("colour", "red", "green", "blue", "never"),
        TableColumn.Categorical("kind", "a", "b"),
    ];

    /// <summary>The column that rows are made by.</summary>
    public const int Label = 6;

    /// <summary>Eighty rows.</summary>
    public static Table Rows(bool withHoles)
    {
        var random = new Random(7);
        var table = new Table(s_columns, 80);
        for (int row = 0; row < table.RowCount; row++)
        {
            double size = random.NextDouble() * 4 - 2;
            int kind = random.NextDouble() < 0.5 + 0.2 * size ? 1 : 0;
            double income = Math.Exp(4 * size + 3 * random.NextDouble());
            double[] cells = [size, income, random.Next(5), 12, kind == random.Next(3) ? 1 : 0, random.Next(3), kind];
            for (int column = 0; column < cells.Length; column++)
                table[row, column] = withHoles && column != Label && random.Next(6) == 0 ? double.NaN : cells[column];
        }
        return table;
    }

    /// <summary>Eighty rows with dates of two years and moments near them.</summary>
    public static Table Dates()
    {
        var random = new Random(8);
        var table = new Table([TableColumn.Date("day"), TableColumn.Timestamp("moment"), TableColumn.Numeric("size")], 80);
        for (int row = 0; row < table.RowCount; row++)
        {
            double day = 18_000 + random.Next(730);
            double[] cells = [day, 86_400 * (day + 3 * random.NextDouble()), random.NextDouble()];
            for (int column = 0; column < cells.Length; column++)
                table[row, column] = random.Next(6) == 0 ? double.NaN : cells[column];
        }
        return table;
    }

    public static GeneratorOptions Options(GenerationMethod method)
    {
        GeneratorOptions small = method.NewOptions();
        small.LabelColumn = Label;
        if (small is PrivateMarginalsOptions privately)
            (privately.Epsilon, privately.NoiseSeed, privately.ModelCells) = (100, 1, 1000);
        return small is DiffusionGeneratorOptions network ? Options(network) : small;
    }

    private static DiffusionGeneratorOptions Options(DiffusionGeneratorOptions options)
    {
        (options.LabelColumn, options.Steps, options.BatchSize) = (Label, 10, 16);
        switch (options)
        {
            case MaskedOptions masked:
                (masked.Width, masked.Blocks) = (8, 1);
                break;
            case TabDdpmOptions tabDdpm:
                (tabDdpm.Layers, tabDdpm.DiffusionSteps) = ([8, 8], 20);
                break;
            case MedDiffOptions medDiff:
                (medDiff.Width, medDiff.DiffusionSteps, medDiff.SamplingSteps, medDiff.CalibrationRows) = (4, 30, 5, 8);
                break;
        }
        return options;
    }

    public static ImputerOptions Options(ImputationMethod method)
    {
        ImputerOptions options = method.NewOptions();
        if (options is DiffusionImputerOptions diffusion)
            (diffusion.Width, diffusion.Blocks, diffusion.Epochs, diffusion.SamplingSteps) = (8, 1, 1, 10);
        switch (options)
        {
            case CsdiOptions csdi:
                csdi.ExpectationDraws = 2;
                break;
            case MissForestOptions forest:
                forest.Trees = 5;
                break;
            case ExtraTreesOptions trees:
                trees.Trees = 5;
                break;
        }
        return options;
    }
}
