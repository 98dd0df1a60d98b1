using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class MedDiffTests
{
    private static readonly Lazy<DiffusionGenerator> s_records = new(() => DiffusionGenerator.Train(
        Records(1000),
        new MedDiffOptions { Width = 16, Steps = 500, BatchSize = 64, LearningRate = 3e-3, CalibrationRows = 256 }));

    [Theory]
    [InlineData(DiffusionSolver.DpmSolver, 15)]
    [InlineData(DiffusionSolver.Heun, 8)]
    [InlineData(DiffusionSolver.Ddim, 30)]
    [InlineData(DiffusionSolver.Ddpm, 50)]
    public void Codes_come_back_as_zeros_and_ones_as_often_as_they_were(DiffusionSolver solver, int steps)
    {
        Table real = Records(1000), made = s_records.Value.WithSolver(solver, steps).Generate(1000, seed: 2);
        for (int i = 0; i < real.Columns.Count; i++)
        {
            Assert.All(Enumerable.Range(0, 1000), row => Assert.True(made[row, i] is 0 or 1));
            Assert.Equal(Mean(real, i), Mean(made, i), 0.08);
        }
        // The second code comes only with the first.
        Assert.InRange(Enumerable.Range(0, 1000).Count(row => made[row, 1] > made[row, 0]), 0, 40);
    }

    [Fact]
    public void Two_valued_columns_come_as_often_as_in_training_however_badly_the_network_knows_them()
    {
        // Three steps of training: rounded to the nearer value, the rare code would never come.
        MedDiffOptions options = Untrained(calibrationRows: 2000);
        Table rare = Flags(1000), made = DiffusionGenerator.Train(rare, options).Generate(2000, seed: 1);
        for (int i = 0; i < 3; i++)
            Assert.Equal(Mean(rare, i), Mean(made, i), 0.03);
        options.CalibrationRows = 0;
        Assert.InRange(Mean(DiffusionGenerator.Train(rare, options).Generate(2000, seed: 1), 1), 0.3, 1);
    }

    [Fact]
    public void A_compact_table_gives_the_same_model()
    {
        MedDiffOptions options = Untrained(calibrationRows: 100);
        Table table = Flags(300);
        table[5, 0] = double.NaN;
        var builder = new CompactTable.Builder(3);
        for (int row = 0; row < table.RowCount; row++)
            builder.Write(row, table.Row(row));
        DiffusionGenerator plain = DiffusionGenerator.Train(table, options), compact = DiffusionGenerator.Train(builder.Build(table.Columns), options);
        Assert.Equal(Simulated.Bits(plain.Generate(50)), Simulated.Bits(compact.Generate(50)));
    }

    [Fact]
    public void Ncsn_over_the_same_network_makes_records_too()
    {
        MedDiffOptions options = MedDiffOptions.Ncsn();
        (options.Width, options.Steps, options.BatchSize, options.LearningRate, options.SamplingSteps) = (16, 600, 64, 3e-3, 10);
        Table real = Records(1000);
        DiffusionGenerator generator = DiffusionGenerator.Train(real, options);
        Table made = generator.Generate(500, seed: 2);
        for (int i = 0; i < real.Columns.Count; i++)
        {
            Assert.All(Enumerable.Range(0, 500), row => Assert.True(made[row, i] is 0 or 1));
            Assert.Equal(Mean(real, i), Mean(made, i), 0.15);
        }
        Assert.Throws<InvalidOperationException>(() => generator.WithSolver(DiffusionSolver.Ddim, 10));
    }

    [Fact]
    public void Anderson_acceleration_makes_records_too()
    {
        DiffusionGenerator accelerated = s_records.Value.WithSolver(DiffusionSolver.Anderson, 20, memory: 3);
        Table made = accelerated.Generate(20, seed: 2);
        Assert.All(Enumerable.Range(0, 20), row => Assert.True(made[row, 0] is 0 or 1));
        Assert.Equal(
            Simulated.Bits(s_records.Value.WithSolver(DiffusionSolver.Ddim, 20).Generate(20, seed: 2)),
            Simulated.Bits(s_records.Value.WithSolver(DiffusionSolver.Anderson, 20, memory: 0).Generate(20, seed: 2)));
    }

    [Theory]
    [InlineData(LabelGuidance.Classifier)]
    [InlineData(LabelGuidance.ClassifierFree)]
    public void Every_row_has_the_class_it_was_given_and_looks_like_it(LabelGuidance guidance)
    {
        var options = (MedDiffOptions)Generators.Quick("meddiff", steps: 800);
        (options.Guidance, options.SamplingSteps, options.CalibrationRows) = (guidance, 20, 256);
        DiffusionGenerator generator = DiffusionGenerator.Train(Generators.Rows, options);
        Table rows = new(generator.Columns, 400);
        for (int row = 0; row < 400; row++)
            rows[row, Generators.Label] = row < 100 ? 1 : 0;
        generator.Complete(rows, seed: 1);
        Assert.Equal(100, Enumerable.Range(0, 400).Count(row => rows[row, Generators.Label] == 1));
        double expected = (2 * Simulated.SignIsRight - 1) * Math.Sqrt(2 / Math.PI);
        Assert.Equal(expected, Enumerable.Range(0, 100).Average(row => rows[row, 0]), 0.3);
        Assert.Equal(-expected, Enumerable.Range(100, 300).Average(row => rows[row, 0]), 0.2);

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        generator.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Assert.Equal(Simulated.Bits(generator.Generate(5)), Simulated.Bits(GenerationMethods.Load(reader).Generate(5)));
    }

    [Fact]
    public void The_preset_is_the_paper_s_and_trains()
    {
        MedDiffOptions options = MedDiffOptions.Paper();
        (options.Steps, options.Width, options.LabelColumn) = (3, 8, Generators.Label);
        Assert.Equal(5, DiffusionGenerator.Train(Generators.Rows, options).Generate(5).RowCount);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Generators.Of("tabddpm").WithSolver(DiffusionSolver.Ddim, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_records.Value.WithSolver(DiffusionSolver.Ddim, 201));
        var options = (MedDiffOptions)Generators.Quick("meddiff", steps: 1);
        options.DiffusionSteps = 20;
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        options.Schedule = NoiseScheduleKind.Cosine;
        DiffusionGenerator.Train(Generators.Rows, options);
        (options.DiffusionSteps, options.Solver) = (null, DiffusionSolver.Langevin);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        (options.Schedule, options.Solver) = (NoiseScheduleKind.VarianceExploding, DiffusionSolver.Ddim);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        (options.Solver, options.PredictNoise) = (null, false);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        (options.Schedule, options.PredictNoise, options.CalibrationRows) = (NoiseScheduleKind.Linear, null, -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        options.CalibrationRows = 256;
        Assert.Throws<InvalidOperationException>(() => s_records.Value.WithSolver(DiffusionSolver.Langevin, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_records.Value.WithSolver(DiffusionSolver.Anderson, 10, limit: double.NaN));
        options.LastBeta = 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
    }

    private static MedDiffOptions Untrained(int calibrationRows) =>
        new() { Width = 8, Steps = 3, SamplingSteps = 5, CalibrationRows = calibrationRows };

    /// <summary>A rare number, a rare category of two, and a common number.</summary>
    private static Table Flags(int rows)
    {
        Table table = new([TableColumn.Numeric("rare"), TableColumn.Categorical("flag", "no", "yes"), TableColumn.Numeric("common")], rows);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(4, (ulong)row);
            table[row, 0] = own.Uniform(0) < 0.06 ? 3 : 2;
            table[row, 1] = own.Uniform(1) < 0.1 ? 1 : 0;
            table[row, 2] = own.Uniform(2) < 0.6 ? 1 : 0;
        }
        return table;
    }

    private static Table Records(int rows)
    {
        double[] often = [0.5, 0.3, 0.1, 0.2, 0.7];
        Table table = new([.. often.Select((_, i) => TableColumn.Numeric($"code{i}"))], rows);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(9, (ulong)row);
            for (int i = 0; i < often.Length; i++)
                table[row, i] = own.Uniform((ulong)i) < often[i] ? 1 : 0;
            table[row, 1] *= table[row, 0];
        }
        return table;
    }

    private static double Mean(Table table, int column) => Enumerable.Range(0, table.RowCount).Average(row => table[row, column]);
}
