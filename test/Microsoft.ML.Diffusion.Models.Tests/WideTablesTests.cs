using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

// Alone, for memory is measured.
[CollectionDefinition(nameof(WideTablesTests), DisableParallelization = true)]
[Collection(nameof(WideTablesTests))]
[Trait("Category", "Slow")]
public class WideTablesTests
{
    // The table has 200,000 cells; wide, so that only what grows with the square of rows or of cells fails.
    private const long MostBytes = 500_000_000;

    public static TheoryData<int, int> Sizes => new() { { 2_000, 100 }, { 100, 2_000 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_default_imputer_fills_tables_with_very_many_cells(int rows, int columns) =>
        AssertFilled(rows, columns, new ConditionalOptions
        {
            Width = 16, Blocks = 1, Networks = 1, Epochs = 1, SamplingSteps = 3, MaxTrainingTime = TimeSpan.FromSeconds(10),
        });

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Ridge_fills_tables_with_very_many_cells(int rows, int columns) =>
        AssertFilled(rows, columns, new ChainedRidgeOptions { Sweeps = 2 });

    [Theory]
    // Rows are made cell by cell, each from the whole row: half as many cells take a quarter of the time.
    [InlineData(1_000, 100)]
    [InlineData(100, 1_000)]
    public void The_masked_generator_makes_rows_of_tables_with_very_many_cells(int rows, int columns)
    {
        Table table = Made(rows, columns);
        var options = new MaskedOptions { Width = 16, Blocks = 1, Steps = 5, BatchSize = 32 };
        Table made = WithBoundedMemory(() => DiffusionGenerator.Train(table, options).Generate(20, seed: 1));
        Assert.Equal((20, columns), (made.RowCount, made.Columns.Count));
        AssertKnown(table, made);
    }

    private static void AssertFilled(int rows, int columns, ImputerOptions options)
    {
        Table table = Made(rows, columns);
        Table filled = WithBoundedMemory(() => TableImputer.Train(table, options).Impute(table));
        Assert.Equal((rows, columns), (filled.RowCount, filled.Columns.Count));
        AssertKnown(table, filled);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!double.IsNaN(table[row, column]))
                    Assert.Equal(table[row, column], filled[row, column]);
            }
        }
    }

    private static void AssertKnown(Table training, Table filled)
    {
        for (int column = 0; column < filled.Columns.Count; column++)
        {
            (double least, double most) = ExtremeTables.Range(training, column);
            for (int row = 0; row < filled.RowCount; row++)
            {
                double cell = filled[row, column];
                Assert.True(cell >= least && cell <= most, $"{cell:R} in row {row} of column {column}, {least:R} to {most:R} observed");
            }
        }
    }

    /// <summary>Every fifth column a category; numbers follow a few hidden ones; every tenth cell is missing.</summary>
    private static Table Made(int rows, int columns)
    {
        var random = new Random(5);
        var table = new Table(
            [.. Enumerable.Range(0, columns).Select(i =>
                i % 5 == 4 ? TableColumn.Categorical($"c{i}", ["a", "b", "c"]) : TableColumn.Numeric($"n{i}"))],
            rows);
        double[] hidden = new double[4];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < hidden.Length; i++)
                hidden[i] = random.NextDouble();
            for (int column = 0; column < columns; column++)
            {
                double value = hidden[column % 4] + 0.2 * random.NextDouble();
                double cell = column % 5 == 4 ? Math.Min(2, Math.Floor(2.5 * value)) : value;
                table[row, column] = random.Next(10) == 0 ? double.NaN : cell;
            }
        }
        return table;
    }

    /// <summary>Sees that no more than <see cref="MostBytes"/> more are in use than before.</summary>
    private static T WithBoundedMemory<T>(Func<T> work)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true), most = before;
        T result;
        using (new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 20))
            result = work();
        Assert.InRange(most - before, 0, MostBytes);
        return result;
    }
}
