using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>An imputer that is trained for the holes of one table alone.</summary>
public class OnlyMissingColumnsTests
{
    public static TheoryData<string> Names => [.. ImputationMethods.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_fills_every_hole_of_the_table_and_about_as_well(string name)
    {
        Table table = TrainedModels.Amputed.Clone();
        for (int row = 0; row < table.RowCount; row++)
            table[row, 0] = TrainedModels.Truth[row, 0];
        ImputerOptions options = name is "conditional" or "missdiff" or "csdit"
            ? TrainedModels.Quick(name, 20) : ImputationMethods.Find(name)!.NewOptions();
        if (options is CsdiOptions csdi)
            csdi.ExpectationDraws = 6; // of 20: what the other draws would bring is the same for both
        double whole = Error(TableImputer.Train(table, options).Impute(table));
        options.OnlyMissingColumns = options.OnlyGuesses = true;
        Table filled = TableImputer.Train(table, options).Impute(table);
        for (int column = 0; column < filled.Columns.Count; column++)
            Assert.Equal(0, Simulated.Missing(filled, column));
        Assert.InRange(Error(filled), 0, 1.2 * whole + 0.02);
    }

    private static double Error(Table filled)
    {
        double squares = 0;
        int count = 0;
        for (int row = 0; row < filled.RowCount; row++)
        {
            if (!double.IsNaN(TrainedModels.Amputed[row, 1]) || double.IsNaN(TrainedModels.Truth[row, 1]))
                continue;
            squares += Math.Pow(filled[row, 1] - TrainedModels.Truth[row, 1], 2);
            count++;
        }
        return Math.Sqrt(squares / count);
    }
}
