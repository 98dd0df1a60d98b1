using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BadInputTests
{
    public static TheoryData<string> Methods => TrainedModels.Methods;

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_table_without_rows_is_refused(string method)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Train(Simulated.Pairs(0), method));
        Assert.Contains("no rows", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filling_a_table_without_rows_gives_a_table_without_rows() =>
        Assert.Equal(0, TrainedModels.Of("conditional").Impute(new Table(Simulated.Columns, 0)).RowCount);

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_row_is_all_there_is_to_say(string method)
    {
        double[] completed = [double.NaN, double.NaN, double.NaN];
        Table table = Simulated.Pairs(1);
        Train(table, method).Impute(completed, completed);
        Assert.Equal(table.Row(0).ToArray(), completed);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_column_is_filled_from_within_its_range(string method)
    {
        Table pairs = Simulated.Pairs(300), table = new([TableColumn.Numeric("x")], 300);
        for (int row = 0; row < 300; row++)
            table[row, 0] = row % 10 == 0 ? double.NaN : pairs[row, 1];
        double[] completed = [double.NaN];
        Train(table, method, epochs: 30).Impute(completed, completed);
        Assert.InRange(completed[0], Simulated.MeanOfY - 4 * Simulated.DeviationOfY, Simulated.MeanOfY + 4 * Simulated.DeviationOfY);
        if (method == "conditional")
            Assert.Equal(Simulated.MeanOfY, completed[0], 0.5 * Simulated.DeviationOfY);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void An_infinity_is_refused_with_its_column_and_row(string method)
    {
        Table table = Simulated.Pairs(30);
        table[11, 0] = double.PositiveInfinity;
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Train(table, method));
        Assert.Contains("'x'", e.Message, StringComparison.Ordinal);
        Assert.Contains("row 11", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TrainedModels.Of(method).Impute(table));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_column_without_values_stays_missing_and_is_reported(string method)
    {
        Table table = Simulated.Pairs(60);
        for (int row = 0; row < 60; row++)
            table[row, 1] = double.NaN;
        Recorder recorder = new();
        Table filled = TableImputer.Train(table, TrainedModels.Quick(method), recorder).Impute(table);
        Assert.Equal(60, Simulated.Missing(filled, 1));
        Assert.Contains(recorder.Reports, report => report.Message.Contains("'y'", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_constant_column_is_filled_with_its_value(string method)
    {
        Table table = Simulated.Pairs(60);
        for (int row = 0; row < 60; row++)
            table[row, 1] = row % 2 == 0 ? 4 : double.NaN;
        Table filled = Train(table, method).Impute(table);
        Assert.All(Enumerable.Range(0, 60), row => Assert.Equal(4, filled[row, 1]));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_table_in_which_nothing_varies_is_filled(string method)
    {
        Table table = new(Simulated.Columns, 3);
        (table[0, 0], table[1, 1]) = (1, 2);
        Table filled = Train(table, method).Impute(table, ImputationMode.Draw);
        Assert.Equal([1, 2, double.NaN], filled.Row(2).ToArray());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_category_never_seen_is_left_alone_and_counts_as_missing(string method)
    {
        double[] unseen = new double[3], missing = new double[3];
        TrainedModels.Of(method).Impute([0.5, double.NaN, 9], unseen);
        TrainedModels.Of(method).Impute([0.5, double.NaN, double.NaN], missing);
        Assert.Equal(9, unseen[2]);
        Assert.Equal(missing[1], unseen[1]);
    }

    [Fact]
    public void Rows_and_tables_of_another_shape_are_refused()
    {
        TableImputer model = TrainedModels.Of("conditional");
        Assert.Throws<ArgumentException>(() => model.Impute([1, 2], new double[3]));
        Assert.Throws<ArgumentException>(() => model.Impute(new Table([TableColumn.Numeric("x")], 2)));
        Assert.Throws<ArgumentException>(() => model.Impute(new Table([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Numeric("z")], 2)));
    }

    [Fact]
    public void An_option_out_of_range_is_named()
    {
        var options = new ConditionalOptions { BatchSize = 0 };
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => TableImputer.Train(Simulated.Pairs(9), options));
        Assert.Contains("BatchSize", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missdiff")]
    [InlineData("csdit")]
    public void A_schedule_that_ends_without_signal_is_refused_where_noise_is_predicted(string method)
    {
        DiffusionImputerOptions options = TrainedModels.Quick(method);
        options.Schedule = NoiseScheduleKind.Cosine;
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => TableImputer.Train(Simulated.Pairs(9), options));
        Assert.Contains("The option Schedule is Cosine; it must be Quadratic, Linear or", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NoiseScheduleKind.Linear)]
    [InlineData(NoiseScheduleKind.VarianceExploding)]
    public void Every_other_schedule_fills_every_cell(NoiseScheduleKind schedule)
    {
        foreach (string method in new[] { "conditional", "missdiff", "csdit" })
        {
            DiffusionImputerOptions options = TrainedModels.Quick(method, epochs: 20);
            options.Schedule = schedule;
            Table rows = Simulated.Pairs(50), empty = new(Simulated.Columns, 3);
            Table filled = TableImputer.Train(rows, options).Impute(empty, ImputationMode.Draw);
            Assert.All(Enumerable.Range(0, 3), column => Assert.Equal(0, Simulated.Missing(filled, column)));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Cancelling_stops_a_training_within_a_second(string method)
    {
        DiffusionImputerOptions options = TrainedModels.Quick(method, epochs: 1_000_000);
        Interruption.AssertStopsWithinASecond(cancel => TableImputer.Train(TrainedModels.Amputed, options, cancel: cancel));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Cancelling_stops_filling_within_a_second(string method)
    {
        TableImputer model = TrainedModels.Of(method);
        Table rows = new(Simulated.Columns, 500_000);
        Interruption.AssertStopsWithinASecond(cancel => model.Impute(rows, ImputationMode.Draw, cancel: cancel));
    }

    [Fact]
    public void Progress_counts_up_to_the_plan()
    {
        Recorder recorder = new();
        TableImputer.Train(TrainedModels.Amputed, TrainedModels.Quick("conditional", 10), recorder);
        Assert.NotEmpty(recorder.Reports);
        Assert.All(recorder.Reports, report => Assert.InRange(report.Step, 0, report.Steps));
        Assert.Equal(recorder.Reports.Select(report => report.Step).Order(), recorder.Reports.Select(report => report.Step));
    }

    private static TableImputer Train(Table table, string method, int epochs = 2) =>
        TableImputer.Train(table, TrainedModels.Quick(method, epochs));

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public Action<TrainingProgress>? On { get; set; }

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            On?.Invoke(value);
        }
    }

    [Fact]
    public void Without_the_assembly_auto_is_managed_and_TorchSharp_is_refused_by_the_name_of_the_package()
    {
        Assert.Contains("does not carry", EngineChoice.Decide(EngineKind.Auto).Sentence, StringComparison.Ordinal);
        Assert.IsType<ManagedEngine>(EngineChoice.Decide(EngineKind.Auto).Create(threads: 1));
        var options = new ConditionalOptions { Engine = EngineKind.TorchSharp };
        var e = Assert.Throws<InvalidOperationException>(() => TableImputer.Train(Simulated.Pairs(10), options));
        Assert.Contains("package Microsoft.ML.Diffusion.TorchSharp", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_best_guess_that_would_take_for_ever_is_refused()
    {
        var options = new CsdiTOptions { ExpectationDraws = 1000, SamplingSteps = 100 };
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.Contains(nameof(options.ExpectationDraws), refusal.Message, StringComparison.Ordinal);
        options.SamplingSteps = 20;
        options.Validate();
    }
}
