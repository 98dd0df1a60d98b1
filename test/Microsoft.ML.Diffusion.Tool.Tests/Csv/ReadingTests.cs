using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Csv;

/// <summary>Files as people have them: encodings, separators, titles, headers of numbers and none, quotes after backslashes.</summary>
public sealed class ReadingTests : IDisposable
{
    private const string Table = "näme,größe\r\n\"Müller, A\",1\r\nÇelik,\r\nÑ,3\r\n";

    private const string Remedy = "a CSV file in UTF-8 was expected (--encoding names another encoding, such as windows-1252).";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string?, bool> Encodings => new()
    {
        { "utf-8", null, true },
        { "utf-16", null, true },
        { "utf-16BE", null, true },
        { "utf-16", null, false },
        { "utf-16BE", null, false },
        { "windows-1252", null, false },
        { "iso-8859-1", "iso-8859-1", false },
        { "windows-1254", "windows-1254", false },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_file_is_read_in_its_encoding_and_written_back_in_it(string name, string? asked, bool hasMark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        string text = name == "windows-1254" ? Table.Replace('Ñ', 'ş') : Table;
        byte[] bytes = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        string input = _folder.PathOf("in.csv");
        File.WriteAllBytes(input, bytes);
        CsvDocument document = CsvDocument.Read(input, new CsvOptions(Encoding: asked is null ? null : Encoding.GetEncoding(asked)));
        Assert.Equal(["näme", "größe"], document.ColumnNames);
        Assert.Equal("Müller, A", document.Text(0, 0));

        string output = _folder.PathOf("out.csv");
        string[] more = asked is null ? [] : ["--encoding", asked];
        CommandRun run = Run(["ampute", input, "-o", output, "--mechanism", "mcar", "--rate", "0", .. more]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(bytes, File.ReadAllBytes(output));
        Assert.Equal(name == "windows-1252", run.Error.Contains("as Windows-1252 (--encoding names another)", StringComparison.Ordinal));

        string filled = _folder.PathOf("filled.csv");
        Assert.Equal(ExitCode.Done, Run(["impute", input, "-o", filled, "--config", Quick(), "--quiet", .. more]).ExitCode);
        string[] lines = encoding.GetString(File.ReadAllBytes(filled)).TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal(text.Split("\r\n").Where((_, i) => i != 2), lines.Where((_, i) => i != 2));
        Assert.Matches("^Çelik,[123]$", lines[2]);
    }

    [Fact]
    public void Damaged_UTF_8_is_not_taken_for_Windows_1252()
    {
        byte[] bytes = [.. "a,b\nM\u00FCller,\u00E9t\u00E9\n"u8, 0x78, 0xE9, .. ",1\n"u8];
        string sentence = Assert.Throws<InputException>(() => CsvDocument.Parse(bytes, "t.csv")).Message;
        Assert.Equal($"t.csv, line 3, byte 2: 0xE9 is not UTF-8; {Remedy}", sentence);
    }

    [Theory]
    [InlineData("utf-16", new byte[] { 0x61, 0, 0x0A, 0, 0x31 }, "t.csv, line 2: 0x31 is not utf-16; --encoding names another encoding.")]
    [InlineData("shift_jis", new byte[] { 0x61, 0x0A, 0x31, 0x0A, 0x81, 0x20 },
        "t.csv, line 3: 0x81 0x20 is not shift_jis; --encoding names another encoding.")]
    [InlineData("utf-8", new byte[] { 0x61, 0x0A, 0xE9, 0x0A }, "t.csv, line 2, byte 1: 0xE9 is not UTF-8; " + Remedy)]
    public void Bytes_that_are_no_text_are_refused_with_their_line(string name, byte[] bytes, string sentence)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding encoding = name == "utf-16"
            ? new UnicodeEncoding(false, false, true)
            : Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        var options = new CsvOptions(Encoding: encoding);
        Assert.Equal(sentence, Assert.Throws<InputException>(() => CsvDocument.Parse(bytes, "t.csv", options)).Message);
    }

    [Fact]
    public void A_category_of_the_model_that_the_encoding_of_the_file_lacks_is_refused()
    {
        string train = _folder.Write("train.csv", "n,c\n1,漢\n2,漢\n3,漢\n4,\n");
        string model = _folder.PathOf("m.zip");
        Assert.Equal(ExitCode.Done, Run("train", train, "--model", model, "--config", Quick(), "--quiet").ExitCode);
        string input = _folder.PathOf("in.csv");
        File.WriteAllBytes(input, Encoding.Latin1.GetBytes("n,c,note\n1,,\u00E9\n"));
        CommandRun run = Run("impute", input, "-o", _folder.PathOf("out.csv"), "--model", model, "--quiet");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        const string Lacks = "which lacks the character '漢'; an input in UTF-8 was expected.";
        Assert.Matches($"^mldiffusion: [^\n]*out.csv cannot be written in [Ww]indows-1252 as the input is, {Lacks}\n$", run.Error);
        Assert.False(File.Exists(_folder.PathOf("out.csv")));
    }

    [Theory]
    [InlineData("a|b\n1|x,y\n2|z\n", '|')]
    [InlineData("a^b^c\n1^2^3\n", '^')]
    [InlineData("a\u001Fb\n1\u001F2\n", '\u001F')]
    [InlineData("a,b\n1|1,2\n", ',')]
    public void Rarer_separators_are_found_out(string text, char separator) =>
        Assert.Equal(separator, CsvDocumentTests.Parse(text).Separator);

    [Theory]
    [InlineData(":", "a:b\n1:\n2:x\n", 2)]
    [InlineData("space", "a b\n1 x\n2 y\n", 2)]
    [InlineData(",", "a;b,c\n1;2,\n3;4,5\n", 2)]
    public void A_separator_that_is_named_is_taken(string separator, string text, int columns)
    {
        string output = _folder.PathOf("out.csv");
        string input = _folder.Write("in.csv", text);
        CommandRun run = DirectRun("ampute", input, "-o", output, "--mechanism", "mcar", "--rate", "0", "--separator", separator);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(text, File.ReadAllText(output));
        char given = separator == "space" ? ' ' : separator[0];
        Assert.Equal(columns, CsvDocument.Read(output, new CsvOptions(given)).ColumnCount);
    }

    [Theory]
    [InlineData("--separator", "x")]
    [InlineData("--separator", "||")]
    [InlineData("--encoding", "utf-99")]
    [InlineData("--header", "maybe")]
    [InlineData("--skip", "-1")]
    public void An_option_that_makes_no_sense_is_refused_in_one_sentence(string option, string value)
    {
        CommandRun run = DirectRun("ampute", "in.csv", "-o", "out.csv", "--mechanism", "mcar", "--rate", "0", option, value);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Matches($"^mldiffusion: {option} is '[^\n]+\n$", run.Error);
    }

    [Fact]
    public void A_file_without_header_gets_names_and_keeps_every_row()
    {
        string input = _folder.Write("in.csv", "39,State-gov\n50,Private\n38,State-gov\n,Private\n");
        string output = _folder.PathOf("out.csv");
        CommandRun run = Run("impute", input, "-o", output, "--header", "no", "--config", Quick(), "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches("^39,State-gov\n50,Private\n38,State-gov\n[0-9]{2},Private\n$", File.ReadAllText(output));
        Assert.Equal(["C1", "C2"], CsvDocument.Read(input, new CsvOptions(HasHeader: false)).ColumnNames);
        string[] made = ["--rows", "3", "--method", "smote", "--where", "C2=Private", "--label", "C2"];
        run = Run(["synthesize", input, "-o", output, "--header", "no", "--quiet", .. made]);
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Matches("^([0-9]*,Private\n){3}$", File.ReadAllText(output));
    }

    [Theory]
    [InlineData("400,410,420\n,-3.41,0.87\n1.77,3.65,6.47\n", true)]
    [InlineData("4000.5,3998.5\n1,2\n", true)]
    [InlineData("0,1,2\n5,6,7\n", false)]
    [InlineData("id,400,410\n1,2,3\n", false)]
    public void A_header_of_numbers_is_read_and_said_to_be_one(string text, bool isNoted)
    {
        CsvDocument document = CsvDocumentTests.Parse(text);
        Assert.Equal(text.Split('\n')[0].Split(','), document.ColumnNames);
        const string Note = "The first line of t.csv holds numbers only and is taken for the names of the columns; if it is a row, give --header no.";
        Assert.Equal(isNoted ? [Note] : [], document.Notes);
        Assert.Empty(CsvDocument.Parse(Encoding.UTF8.GetBytes(text), "t.csv", new CsvOptions(HasHeader: true)).Notes);
    }

    [Fact]
    public void What_looks_like_data_can_be_told_to_be_the_header()
    {
        byte[] text = "2001,2005,2003\n1,2,3\n"u8.ToArray();
        Assert.Equal(["2001", "2005", "2003"], CsvDocument.Parse(text, "t.csv", new CsvOptions(HasHeader: true)).ColumnNames);
        Assert.Equal(2, CsvDocument.Parse(text, "t.csv", new CsvOptions(HasHeader: false)).RowCount);
    }

    [Theory]
    [InlineData("\uFEFF# made on Monday, \"by hand\nSales; 2020\r\n\nage;ward\n30;A\n;B\n41;A\n", 3)]
    [InlineData("title\rage;ward\r30;A\r;B\r41;A\r", 1)]
    public void Lines_before_the_header_are_skipped_and_kept_byte_for_byte(string text, int lines)
    {
        string input = _folder.Write("in.csv", text);
        string skip = lines.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string output = _folder.PathOf("out.csv");
        CommandRun run = Run("impute", input, "-o", output, "--skip", skip, "--config", Quick(), "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string[] before = text.Split(";B");
        string[] after = File.ReadAllText(output).Split(";B");
        Assert.Equal(before[1], after[1]);
        Assert.Matches("^[0-9]{2}$", after[0][before[0].TrimStart('\uFEFF').Length..]);
        Assert.Equal(Encoding.UTF8.GetBytes(before[0]), File.ReadAllBytes(output)[..Encoding.UTF8.GetByteCount(before[0])]);
        run = Run("synthesize", input, "-o", output, "--skip", skip, "--rows", "2", "--method", "smote", "--quiet", "--label", "ward");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(2, CsvDocument.Read(output, new CsvOptions(SkippedLines: lines)).RowCount);
    }

    [Fact]
    public void A_title_that_nobody_named_is_refused_or_said_with_the_remedy()
    {
        string sentence = Assert.Throws<InputException>(() => CsvDocumentTests.Parse("My table\na,b\n1,2\n")).Message;
        Assert.Equal(
            "t.csv, line 2: 2 cells between ',' where the header names 1; there is more after column My table; " +
            "if the lines before it are a title or a comment, --skip 1 leaves them out.",
            sentence);
        CsvDocument single = CsvDocumentTests.Parse("My table\na;b\n1;2\n");
        Assert.Equal(
            ["t.csv is read as one column; if its first line is a title above cells between ';', --skip 1 leaves it out."], single.Notes);
        byte[] two = "a,b\n1,2\n"u8.ToArray();
        sentence = Assert.Throws<InputException>(() => CsvDocument.Parse(two, "t.csv", new CsvOptions(SkippedLines: 9))).Message;
        Assert.Equal("t.csv has 2 lines; more than the 9 that --skip names were expected.", sentence);
    }

    [Fact]
    public void Quotes_after_backslashes_are_read_and_kept()
    {
        const string Text = "a,b\n\"say \\\"hi\\\", you\",1\n\"C:\\\\\",\n\"plain\",3\n\"say \\\"hi\\\", you\",\n";
        CsvDocument document = CsvDocumentTests.Parse(Text);
        Assert.Equal(["t.csv writes quotes inside quotes as \\\" and is read so."], document.Notes);
        Assert.Equal(("say \"hi\", you", "C:\\", "plain"), (document.Text(0, 0), document.Text(1, 0), document.Text(2, 0)));
        string input = _folder.Write("in.csv", Text.Replace("\"plain\",3", ",3", StringComparison.Ordinal));
        string output = _folder.PathOf("out.csv");
        CommandRun run = Run("impute", input, "-o", output, "--config", Quick(), "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        CsvDocument filled = CsvDocument.Read(output);
        Assert.Equal((4, 2), (filled.RowCount, filled.ColumnCount));
        Assert.Contains(filled.Text(2, 0), (string[])["say \"hi\", you", "C:\\"], StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n\"C:\\\",1\n\"x\",2\n", "C:\\")]
    [InlineData("a,b\n\"C:\\dir\",1\n\"x \"\"y\"\"\",2\n", "C:\\dir")]
    public void A_backslash_in_a_file_as_RFC_4180_has_it_is_a_character(string text, string cell)
    {
        CsvDocument document = CsvDocumentTests.Parse(text);
        Assert.False(document.EscapesByBackslash);
        Assert.Equal(cell, document.Text(0, 0));
    }

    private static CommandRun Run(params string[] args) => CommandRun.Of(args);

    // The names of separators mean nothing to other readers.
    private static CommandRun DirectRun(params string[] args)
    {
        using var error = new StringWriter();
        int code = Tool.Commands.DiffusionTool.Run(args, TextWriter.Null, error, CancellationToken.None);
        return new CommandRun(code, string.Empty, error.ToString());
    }

    private string Quick() => _folder.Write("quick.json", """{ "members": "Neighbors" }""");
}
