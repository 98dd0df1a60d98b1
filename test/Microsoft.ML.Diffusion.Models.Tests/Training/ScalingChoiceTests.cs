using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ScalingChoiceTests
{
    [Fact]
    public void A_column_with_a_few_wild_numbers_is_scaled_by_its_logarithm() => Assert.IsType<LogScaler>(Scaler(WithWildNumbers));

    [Fact]
    public void Without_time_the_rule_decides() =>
        Assert.True(Scaler(WithWildNumbers, TrainingDeadline.In(TimeSpan.Zero)).IsLinear);

    [Theory]
    [InlineData(1.3, 0)]
    [InlineData(0.9, 0.5)]
    [InlineData(0, 1.2)]
    public void A_column_whose_large_numbers_a_logarithm_makes_too_small_keeps_its_scale(double known, double unknown)
    {
        double Of(double x, double y, double noise) => Math.Exp((known * x) + (unknown * noise));

        Assert.True(Scaler(Of).IsLinear);
        Assert.NotNull(LogScaler.FitWhereOpen(Column(Table(Of))));
    }

    // One in 300 is 300 times too large.
    private static double WithWildNumbers(double x, double y, double noise) =>
        Math.Exp((0.9 * x) + (0.5 * y)) * (noise > 2.7 ? 300 : 1);

    private static NumericScaler Scaler(Func<double, double, double, double> number, TrainingDeadline? deadline = null)
    {
        Table table = Table(number);
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        Assert.True(encoder.Encoded[2].Scaler!.IsLinear);
        TableEncoder chosen = ScalingChoice.Choose(encoder, table, new Philox(1), deadline ?? TrainingDeadline.None, default);
        Assert.True(chosen.Encoded[0].Scaler!.IsLinear && chosen.Encoded[1].Scaler!.IsLinear);
        return chosen.Encoded[2].Scaler!;
    }

    private static double[] Column(Table table) => [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, 2])];

    private static Table Table(Func<double, double, double, double> number)
    {
        var table = new Table([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Numeric("number")], 1200);
        var random = new Philox(7);
        float[] draws = new float[3];
        for (int row = 0; row < table.RowCount; row++)
        {
            random.Fork((ulong)row).FillNormal(draws);
            (table[row, 0], table[row, 1]) = (draws[0], draws[1]);
            table[row, 2] = number(draws[0], draws[1], draws[2]);
        }
        return table;
    }
}
