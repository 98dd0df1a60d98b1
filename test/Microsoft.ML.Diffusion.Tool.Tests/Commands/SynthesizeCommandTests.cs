using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class SynthesizeCommandTests : IDisposable
{
    private const string People = "name;age;income;ward;sick\r\n";
    private readonly TemporaryFolder _folder = new();
    private readonly string _quick;

    public SynthesizeCommandTests() => _quick = _folder.Write("quick.json", """{ "steps": 60, "width": 16, "blocks": 1, "batchSize": 32 }""");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_rows_are_written_as_the_file_writes_its_own()
    {
        CommandRun run = Synthesize(WritePeople(), "out.csv", "--rows", "200", "--label", "sick");

        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string text = File.ReadAllText(_folder.PathOf("out.csv"));
        Assert.StartsWith(People, text, StringComparison.Ordinal);
        string[] lines = text[People.Length..].Split("\r\n");
        Assert.Equal(201, lines.Length);
        Assert.Equal(string.Empty, lines[^1]);
        Assert.All(lines[..^1], line => Assert.Matches("^person [0-9]+;[0-9]+;[0-9]+,[0-9][0-9];(\"A\"|B);[01]$", line));
        // A key is made anew: none twice, and none of the 120 that the file has.
        Assert.Equal(200, lines[..^1].Select(line => int.Parse(line.Split(';')[0]["person ".Length..], CultureInfo.InvariantCulture)).Where(id => id >= 120).Distinct().Count());
        Assert.All(lines[..^1], line => Assert.InRange(int.Parse(line.Split(';')[1], CultureInfo.InvariantCulture), 20, 79));
    }

    [Fact]
    public void What_holds_between_columns_holds_in_new_rows_and_a_rule_that_does_not_is_refused()
    {
        Random random = new(1);
        string rows = string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            (int start, int days) = (random.Next(365), random.Next(12));
            return $"{start},{start + days},{days}\n";
        }));
        string visits = _folder.Write("visits.csv", "start,end,days\n" + rows);
        Assert.Equal(ExitCode.Done, Synthesize(visits, "out.csv", "--rows", "300", "--rule", "end >= start").ExitCode);
        Assert.All(File.ReadLines(_folder.PathOf("out.csv")).Skip(1), line =>
        {
            int[] cells = [.. line.Split(',').Select(cell => int.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.True(cells[0] <= cells[1]);
            Assert.Equal(cells[1] - cells[0], cells[2]);
        });
        CommandRun refused = Synthesize(visits, "out.csv", "--rows", "3", "--rule", "end < start");
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("The rule 'end < start' does not hold in 300 of the training rows; the first is row 1.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Computed_cells_are_what_the_relation_says_also_beyond_what_was_seen()
    {
        Random random = new(1);
        string rows = string.Concat(Enumerable.Range(0, 400).Select(_ =>
        {
            (int quantity, int cents) = (1 + random.Next(20), 100 + random.Next(9900));
            // Large orders were left out, so that price and quantity can make a total beyond all that were seen.
            cents = quantity * cents > 60_000 ? 100 + random.Next(2000) : cents;
            return string.Create(CultureInfo.InvariantCulture, $"{quantity},{cents / 100m:F2},{quantity * cents / 100m:F2}\n");
        }));
        string orders = _folder.Write("orders.csv", "qty,price,net\n" + rows);
        CommandRun run = Synthesize(orders, "out.csv", "--rows", "3000", "--rule", "net = qty * price");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.All(File.ReadLines(_folder.PathOf("out.csv")).Skip(1), line =>
        {
            decimal[] cells = [.. line.Split(',').Select(cell => decimal.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.Equal(cells[0] * cells[1], cells[2]);
        });
        run = Synthesize(orders, "out.csv", "--rows", "2", "--where", "qty=20", "--where", "price=99.00");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.All(File.ReadLines(_folder.PathOf("out.csv")).Skip(1), line => Assert.Equal("20,99.00,1980.00", line));
    }

    [Fact]
    public void Cells_that_are_always_given_beside_a_value_are_given_in_new_rows_too()
    {
        Random random = new(1);
        string staff = _folder.Write("staff.csv", "age,employed,salary,dept\n" + string.Concat(Enumerable.Range(0, 400).Select(_ =>
        {
            bool isEmployed = random.Next(5) > 1;
            string rest = isEmployed ? $"yes,{15_000 + random.Next(30_000)},{"HR IT PR".Split(' ')[random.Next(3)]}" : "no,,";
            return $"{20 + random.Next(45)},{rest}\n";
        })));
        string[][] Made(params string[] more)
        {
            CommandRun run = Synthesize(staff, "out.csv", ["--rows", "1500", .. more]);
            Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
            return [.. File.ReadLines(_folder.PathOf("out.csv")).Skip(1).Select(line => line.Split(','))];
        }

        string[][] rows = Made();
        Assert.Contains(rows, cells => cells[1] == "no");
        Assert.All(rows, cells => Assert.Equal((cells[1] == "yes", cells[1] == "yes"), (cells[2].Length > 0, cells[3].Length > 0)));
        Assert.All(Made("--where", "employed=yes"), cells => Assert.DoesNotContain(string.Empty, cells));
        // What is asked for counts more than what is usual.
        Assert.All(Made("--where", "salary="), cells => Assert.Equal(string.Empty, cells[2]));
    }

    [Fact]
    public void An_engine_that_this_build_lacks_is_refused_by_the_package_to_add_and_nothing_is_written()
    {
        CommandRun run = Synthesize(WritePeople(), "out.csv", "--rows", "20", "--engine", "torchsharp");
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains("package Microsoft.ML.Diffusion.TorchSharp", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("out.csv")));
        Assert.Equal(ExitCode.Done, Synthesize(WritePeople(), "out.csv", "--rows", "20", "--engine", "managed").ExitCode);
    }

    [Fact]
    public void Keys_and_addresses_are_missing_as_often_as_in_the_file()
    {
        string input = _folder.Write("orders.csv", "mail,age\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? string.Empty : $"person{i}@mail.org")},{20 + (i % 60)}\n"))));
        Assert.Equal(ExitCode.Done, Synthesize(input, "out.csv", "--rows", "400").ExitCode);
        string[] mails = [.. File.ReadLines(_folder.PathOf("out.csv")).Skip(1).Select(line => line.Split(',')[0])];
        Assert.InRange(mails.Count(mail => mail.Length == 0), 160, 240);
        Assert.Equal(mails.Count(mail => mail.Length > 0), mails.Where(mail => mail.Length > 0).Distinct().Count());
        Assert.Equal(ExitCode.Done, Synthesize(input, "full.csv", "--rows", "400", "--complete").ExitCode);
        Assert.DoesNotContain(File.ReadLines(_folder.PathOf("full.csv")), line => line.StartsWith(','));
    }

    [Fact]
    public void Cells_are_empty_as_often_and_together_as_in_the_file_unless_complete_rows_are_asked_for()
    {
        // In every fourth row the weight, the date and the ward are missing.
        string input = _folder.Write("visits.csv", "age;weight;day;ward\n" + string.Concat(Enumerable.Range(0, 240).Select(i =>
            string.Create(CultureInfo.InvariantCulture,
            $"{20 + (i % 60)};{(i % 4 == 0 ? ";;" : $"{50 + (i % 37)}.5;2024-03-{1 + (i % 28):00};{"ABC"[i % 3]}")}\n"))));
        string model = _folder.PathOf("m.zip"), config = Config("""{ "steps": 500, "width": 32, "blocks": 1, "batchSize": 32 }""");
        CommandRun train = CommandRun.Of(["train", input, "--for", "synthesize", "--model", model, "--quiet", "--config", config]);
        Assert.Equal(ExitCode.Done, train.ExitCode);
        string[] Made(params string[] more)
        {
            CommandRun run = CommandRun.Of(
                ["synthesize", input, "-o", _folder.PathOf("out.csv"), "--rows", "400", "--model", model, "--quiet", .. more]);
            Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
            return [.. File.ReadLines(_folder.PathOf("out.csv")).Skip(1)];
        }

        string[] rows = Made();
        Assert.InRange(rows.Count(row => row.EndsWith(";;;", StringComparison.Ordinal)), 60, 140);
        Assert.InRange(rows.Count(row => row.Split(';').Count(cell => cell.Length == 0) is 1 or 2), 0, 20);
        Assert.All(Made("--complete"), row => Assert.Matches("^[0-9]+;[0-9]+[.]5;2024-03-[0-9]{2};[ABC]$", row));
    }

    [Fact]
    public void Conditions_hold_in_every_row()
    {
        Assert.Equal(ExitCode.Done, Synthesize(WritePeople(), "out.csv", "--rows", "50", "--where", "age=30..40", "--where", "ward=A", "--where", "income=").ExitCode);
        Assert.All(Rows("out.csv"), line => Assert.Matches("^person [0-9]+;(3[0-9]|40);;\"A\";[01]$", line));
        Assert.Equal(ExitCode.Done, Synthesize(WritePeople(), "out.csv", "--rows", "50", "--where", "age=70..", "--where", "income=1234,5").ExitCode);
        Assert.All(Rows("out.csv"), line => Assert.Matches("^person [0-9]+;7[0-9];1234,50;(\"A\"|B);[01]$", line));
    }

    [Theory]
    [InlineData("day=2024-03-05", "05.03.2024")]
    [InlineData("day=05.03.2024", "05.03.2024")]
    [InlineData("price=1000", "\"$1,000.00\"")]
    public void A_date_or_an_amount_that_is_asked_for_is_written_as_the_column_writes_it(string where, string cell)
    {
        Assert.Equal(ExitCode.Done, Synthesize(WriteOrders(), "out.csv", "--rows", "20", "--where", where).ExitCode);
        Assert.All(File.ReadLines(_folder.PathOf("out.csv")).Skip(1), line => Assert.Contains(cell, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("day=09.03.2024", "column day cannot hold that value; the nearest that it can hold is 08.03.2024.")]
    [InlineData("day=31.02.2024", "column day holds date cells written as dd.MM.yyyy, and one of them or a range such as ")]
    [InlineData("day=05.03.2031", "no cell of column day lies there; a value between 01.01.2024 and ")]
    [InlineData("price=$0.001", "no cell of column price lies there; a value between $")]
    public void A_date_or_an_amount_that_the_column_cannot_hold_is_refused(string where, string sentence) =>
        AssertRefused(Synthesize(WriteOrders(), "out.csv", "--rows", "5", "--where", where), sentence);

    [Theory]
    [InlineData("agee=3", "in.csv has no column 'agee', which --where names; did you mean age?")]
    [InlineData("ward=C", "--where ward=C: no cell of column ward says 'C'")]
    [InlineData("age=old", "--where age=old: column age holds numbers, and a number or a range such as 30..40 was expected.")]
    [InlineData("age=300..400", "--where age=300..400: no cell of column age lies there; a range between 20 and 79 was expected.")]
    [InlineData("age=40..30", "--where age=40..30: the range is empty")]
    [InlineData("age=30.5", "--where age=30.5: column age cannot hold that value; the nearest that it can hold is 3")]
    [InlineData("age=900", "--where age=900: no cell of column age lies there; a value between 20 and 79 was expected.")]
    [InlineData("name=x", "--where name=x: column name is not learnt from")]
    public void Conditions_that_cannot_hold_are_refused_in_one_sentence(string where, string sentence) =>
        AssertRefused(Synthesize(WritePeople(), "out.csv", "--rows", "5", "--where", where), sentence);

    [Fact]
    public void A_range_is_refused_before_a_method_without_ranges_is_trained() => AssertRefused(
        Synthesize(WritePeople(), "out.csv", "--rows", "5", "--where", "age=30..40", "--method", "tabddpm", "--config", Config("{}")),
        "--where cannot be met: TabDDPM knows fixed values only, no ranges and no missing cells.");

    [Fact]
    public void A_second_condition_on_a_column_is_refused_in_one_sentence() =>
        AssertRefused(Synthesize(WritePeople(), "out.csv", "--rows", "5", "--where", "age=30", "--where", "age=40"), "column age has a condition already");

    [Theory]
    [InlineData("masked", """{ "steps": 60, "width": 16, "blocks": 1, "batchSize": 32 }""")]
    [InlineData("missdiff", """{ "steps": 60, "batchSize": 32 }""")]
    [InlineData("tabddpm", """{ "steps": 20, "batchSize": 32, "layers": [32, 32], "diffusionSteps": 10 }""")]
    [InlineData("smote", """{ "neighbors": 4 }""")]
    public void The_same_seed_writes_the_same_bytes(string method, string config)
    {
        string input = WritePeople();
        CommandRun Synthesize(string input, string output, params string[] more) => this.Synthesize(input, output, ["--config", Config(config), .. more]);
        Assert.Equal(ExitCode.Done, Synthesize(input, "a.csv", "--rows", "40", "--method", method, "--seed", "7", "--label", "sick").ExitCode);
        Assert.Equal(ExitCode.Done, Synthesize(input, "b.csv", "--rows", "40", "--method", method, "--seed", "7", "--label", "sick").ExitCode);
        Assert.Equal(ExitCode.Done, Synthesize(input, "c.csv", "--rows", "40", "--method", method, "--seed", "8", "--label", "sick").ExitCode);
        Assert.Equal(File.ReadAllText(_folder.PathOf("a.csv")), File.ReadAllText(_folder.PathOf("b.csv")));
        Assert.NotEqual(File.ReadAllText(_folder.PathOf("a.csv")), File.ReadAllText(_folder.PathOf("c.csv")));
    }

    [Theory]
    [InlineData("smote", """{ "steps": 60 }""", "there is no option 'steps' of smote; it has MaxTrainingTime, Neighbors.")]
    [InlineData("tabddpm", """{ "step": 60 }""", "there is no option 'step' of tabddpm; did you mean Steps")]
    [InlineData("masked", """{ "layers": [3] }""", "there is no option 'layers' of masked")]
    [InlineData("tabddpm", """{ "layers": "wide" }""", "layers is \"wide\" where a list of whole numbers was expected.")]
    [InlineData("missdiff", """{ "keepMissing": true }""", "there is no option 'keepMissing' of missdiff; it has ")]
    [InlineData("meddiff", """{ "steps": 0 }""", "The option Steps is 0; it must be at least 1.")]
    [InlineData("masked", """{ "preset": "paper" }""", "the method masked has no preset \"paper\"; there are default of every method, paper of tabddpm,")]
    public void An_option_that_the_method_does_not_take_is_refused_before_the_table_is_read(string method, string config, string sentence) =>
        AssertRefused(Synthesize("no such file.csv", "out.csv", "--rows", "5", "--method", method, "--config", Config(config)), sentence);

    [Fact]
    public void The_file_of_options_can_name_the_method_and_its_preset()
    {
        string named = Config("""{ "method": "meddiff", "preset": "ncsn", "steps": 1, "width": 8, "samplingSteps": 1 }""");
        Assert.Equal(ExitCode.Done, Synthesize(WritePeople(), "out.csv", "--rows", "5", "--config", named).ExitCode);
        AssertRefused(
            Synthesize("no such file.csv", "out.csv", "--rows", "5", "--config", Config("""{ "method": "gan" }""")),
            "there is no method \"gan\"; masked, tabddpm, missdiff, meddiff, stasy, private-marginals, smote was expected.");
    }

    [Fact]
    public void An_engine_is_refused_for_a_method_that_trains_no_network()
    {
        CommandRun run = Synthesize("no such file.csv", "out.csv", "--rows", "5", "--method", "smote", "--config", Config("{}"), "--engine", "managed");
        Assert.Equal(
            (ExitCode.BadUsage, "mldiffusion: --engine is for methods that train a network; smote trains none.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_model_file_makes_the_rows_that_the_training_itself_does()
    {
        string input = WritePeople(), model = _folder.PathOf("m.zip");
        Assert.Equal(ExitCode.Done, CommandRun.Of("train", input, "--model", model, "--for", "synthesize", "--label", "sick", "--config", _quick, "--quiet").ExitCode);
        Assert.Equal(ExitCode.Done, CommandRun.Of("synthesize", input, "-o", _folder.PathOf("later.csv"), "--rows", "60", "--model", model, "--quiet").ExitCode);
        Assert.Equal(ExitCode.Done, Synthesize(input, "direct.csv", "--rows", "60", "--label", "sick").ExitCode);
        Assert.Equal(File.ReadAllText(_folder.PathOf("direct.csv")), File.ReadAllText(_folder.PathOf("later.csv")));
        Assert.IsType<DiffusionSynthesizeTransformer>(Single(new MLContext().Model.Load(model, out _)));
        AssertRefused(CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", model), "one of DiffusionImpute alone was expected");
    }

    [Theory]
    [InlineData("--label", "sick", "--label is for models that make rows; --for synthesize was expected.")]
    [InlineData("--method", "masked", "--method masked does not impute; --for synthesize was expected.")]
    public void Options_of_one_purpose_are_refused_for_another(string option, string value, string sentence)
    {
        CommandRun run = CommandRun.Of("train", WritePeople(), "--model", _folder.PathOf("m.zip"), option, value);
        Assert.Equal((ExitCode.BadUsage, $"mldiffusion: {sentence}\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("a,b\n", "in.csv has a header and no rows; at least one was expected to learn from.")]
    [InlineData("a,b\n,\n,\n", "in.csv has no column of numbers or categories to learn from.")]
    public void A_table_with_nothing_to_learn_from_is_refused_in_one_sentence(string text, string sentence) =>
        AssertRefused(Synthesize(_folder.Write("in.csv", text), "out.csv", "--rows", "3"), sentence);

    [Theory]
    [InlineData("a\n4", "2", "a\n4\n4\n")]
    [InlineData("a,b\n5,x\n5,x\n", "1", "a,b\n5,x\n")]
    [InlineData("a,b\n5,x\n6,y\n", "0", "a,b\n")]
    public void One_row_one_column_constants_and_no_rows_work(string text, string rows, string made)
    {
        CommandRun run = Synthesize(_folder.Write("in.csv", text), "out.csv", "--rows", rows);
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(made, File.ReadAllText(_folder.PathOf("out.csv")));
    }

    [Theory]
    [InlineData("--rows", "-1")]
    [InlineData("--rows", "many")]
    public void A_number_of_rows_that_is_none_is_bad_usage(string option, string value)
    {
        CommandRun run = CommandRun.Of("synthesize", WritePeople(), "-o", _folder.PathOf("out.csv"), option, value);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains("a whole number of 0 or more was expected", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Augment_keeps_every_byte_and_adds_rows_behind()
    {
        string input = WritePeople();
        Assert.Equal(ExitCode.Done, Augment(input, "--rows", "30", "--label", "sick").ExitCode);
        string before = File.ReadAllText(input), after = File.ReadAllText(_folder.PathOf("out.csv"));
        Assert.StartsWith(before + "\r\n", after, StringComparison.Ordinal);
        Assert.Equal(30, after[before.Length..].Split("\r\n").Length - 2);
    }

    [Fact]
    public void Augment_balances_the_classes()
    {
        Assert.Equal(ExitCode.Done, Augment(WritePeople(), "--rows", "40", "--label", "sick", "--balance").ExitCode);
        string[] labels = [.. Rows("out.csv").Select(line => line.Split(';')[^1])];
        Assert.Equal(80, labels.Count(label => label == "0"));
        Assert.Equal(80, labels.Count(label => label == "1"));
    }

    [Fact]
    public void A_label_that_is_not_there_is_refused_in_one_sentence()
    {
        AssertRefused(Augment(WritePeople(), "--rows", "3", "--label", "sic"), "in.csv has no column 'sic', which --label names; did you mean sick?");
        AssertRefused(Augment(WritePeople(), "--rows", "3", "--label", "name"), "is not learnt from, and --label names it");
        AssertRefused(Augment(WritePeople(), "--rows", "3", "--label", "age", "--balance"), "The label 'age' is Double; to choose how many rows");
    }

    [UnixFact]
    public void Interrupted_it_ends_with_130_and_leaves_nothing()
    {
        string input = WritePeople();
        string config = _folder.Write("slow.json", """{ "steps": 100000000, "validationShare": 0 }""");
        ToolProcess.AssertInterruptedLeavesNothing(_folder, "synthesize", input, "-o", _folder.PathOf("out.csv"), "--rows", "5", "--config", config);
    }

    private static ITransformer Single(ITransformer loaded) => loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded;

    private static void AssertRefused(CommandRun run, string sentence)
    {
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Matches("^(Warning: [^\n]+\n)*mldiffusion: [^\n]+\n$", run.Error);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private string[] Rows(string name) => [.. File.ReadAllText(_folder.PathOf(name)).Split("\r\n").Skip(1).Where(line => line.Length > 0)];

    /// <summary>A hundred and twenty people; a third is sick. No end of line after the last.</summary>
    // Days are weekdays.
    private string WriteOrders() => _folder.Write("orders.csv", "day,price,n\n" + string.Concat(Enumerable.Range(0, 200).Select(i =>
    {
        DateOnly day = new DateOnly(2024, 1, 1).AddDays((i / 5 * 7) + (i % 5));
        return string.Create(CultureInfo.InvariantCulture, $"{day:dd.MM.yyyy},\"${900 + (i * i * 37 % 60_013 / 100.0):#,##0.00}\",{i % 9}\n");
    })));

    private string WritePeople() => _folder.Write("in.csv", People + string.Join("\r\n", Enumerable.Range(0, 120).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"person {i};{20 + (i % 60)};{1000 + (i * 7)},{i % 90 + 10};{(i % 2 == 0 ? "\"A\"" : "B")};{(i % 3 == 0 ? 1 : 0)}"))));

    private string Config(string json) => _folder.Write("options.json", json);

    private CommandRun Synthesize(string input, string output, params string[] more) => CommandRun.Of(
        ["synthesize", input, "-o", _folder.PathOf(output), "--quiet", .. more.Contains("--config") ? more : [.. more, "--config", _quick]]);

    private CommandRun Augment(string input, params string[] more) =>
        CommandRun.Of(["augment", input, "-o", _folder.PathOf("out.csv"), "--quiet", "--config", _quick, .. more]);
}
