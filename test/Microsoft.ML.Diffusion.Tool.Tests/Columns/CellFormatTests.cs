using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Columns;

public sealed class CellFormatTests
{
    [Theory]
    [InlineData("1 50", 24.7, "25")]
    [InlineData("1 50", 99, "50")]
    [InlineData("1 50", -3, "1")]
    [InlineData("0.5 1.25", 1.0, "1.0")]
    [InlineData("0.5 1.25", 0.123456, "0.5")]
    [InlineData("0.5 1.25", 0.7777, "0.78")]
    [InlineData("1.50 9.00", 2.3, "2.30")]
    [InlineData("3 4.25", 3.999, "4")]
    [InlineData("-1 1", -0.3, "0")]
    [InlineData("9.83E-05 2E-05", 0.000051234, "5.12E-05")]
    [InlineData("1.225E+06 1E+06", 1100000.4, "1.1E+06")]
    [InlineData("\"1\" \"5\"", 3.3, "\"3\"")]
    public void A_filled_in_number_looks_like_those_of_its_column(string cells, double value, string text)
    {
        using var folder = new TemporaryFolder();
        using CsvBlocks file = CsvBlocks.Open(folder.Write("t.csv", "a,b\n" + string.Join('\n', cells.Split(' ').Select(c => c + ",x"))));
        BlockTable table = BlockTable.Infer(file, new SchemaOptions(new MissingMarks(), [], []), _ => { });
        Assert.Equal(text, table.Columns[0].Format!.Format(value));
    }
}
