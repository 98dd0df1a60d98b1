using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BlendTests
{
    [Fact]
    public void The_weights_of_the_members_add_up_to_one()
    {
        IReadOnlyList<BlendMember> members = TrainedModels.Of("conditional").Members;
        Assert.NotEmpty(members);
        Assert.Equal(1, members.Sum(member => member.NumberWeight), 5);
        Assert.Equal(1, members.Sum(member => member.CategoryWeight), 5);
    }

    [Fact]
    public void Only_the_members_that_are_asked_for_are_trained()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional");
        options.Members = ImputationMembers.Denoisers;
        var model = TableImputer.Train(TrainedModels.Amputed, options);
        Assert.All(model.Members, member => Assert.Contains("denoisers", member.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_choice_is_logged_in_a_sentence()
    {
        List<string> messages = [];
        TableImputer.Train(TrainedModels.Amputed, TrainedModels.Quick("conditional"), new Listener(messages));
        Assert.Contains(messages, message => message.StartsWith("The best guess, by the error on", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_denoisers_no_network_is_trained_and_draws_are_refused_in_a_sentence()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional", epochs: 1_000_000);
        options.Members = ImputationMembers.Gaussian;
        int steps = 0;
        var model = TableImputer.Train(TrainedModels.Amputed, options, new Watcher(report => steps += report.Steps));
        Assert.Equal(0, steps);
        Assert.Equal("gaussian", Assert.Single(model.Members).Name);
        TableImputer loaded = Reloaded(model);
        foreach (TableImputer each in new[] { model, loaded })
        {
            Assert.False(each.CanDraw);
            var refusal = Assert.Throws<InvalidOperationException>(() => each.Draw(TrainedModels.Amputed.Row(0), new double[3], 1, 0));
            Assert.Contains(nameof(options.Draws), refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_network_that_draws_changes_no_bit_of_the_best_guess()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional");
        var both = TableImputer.Train(TrainedModels.Amputed, options);
        options.Draws = false;
        var guessing = TableImputer.Train(TrainedModels.Amputed, options);
        Assert.True(both.CanDraw);
        Assert.False(guessing.CanDraw);
        Table first = both.Impute(TrainedModels.Amputed), second = guessing.Impute(TrainedModels.Amputed);
        for (int row = 0; row < first.RowCount; row++)
            Assert.Equal(first.Row(row).ToArray(), second.Row(row).ToArray());
    }

    [Fact]
    public void A_training_that_would_take_hours_is_done_when_its_time_is_up()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional", epochs: 1_000_000);
        options.MaxTrainingTime = TimeSpan.FromSeconds(5);
        var watch = Stopwatch.StartNew();
        var model = TableImputer.Train(TrainedModels.Amputed, options);
        // Not 5, for a machine that does other things; the plan is for hours.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);

        Table filled = model.Impute(TrainedModels.Amputed);
        // How much is learnt in 5 seconds depends on what else the machine does; that every cell is filled does not.
        for (int row = 0; row < filled.RowCount; row++)
            Assert.All(filled.Row(row).ToArray(), cell => Assert.True(double.IsFinite(cell)));
    }

    [Fact]
    public void The_comparison_names_the_members_and_the_baselines_and_puts_the_mean_behind_the_blend()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional", epochs: 60);
        options.CompareWithBaselines = true;
        List<string> messages = [];
        var model = TableImputer.Train(TrainedModels.Amputed, options, new Listener(messages));

        ImputationScore blend = model.Scores.Single(score => score.Name == "blend"), mean = model.Scores.Single(score => score.Name == "mean and mode");
        Assert.True(blend.RootMeanSquaredError < 0.8 * mean.RootMeanSquaredError);
        Assert.True(blend.Accuracy > mean.Accuracy + 0.1);
        Assert.False(mean.IsBetterAtNumbers || mean.IsBetterAtCategories);
        Assert.Contains(model.Scores, score => score.Name == "chained forest");
        Assert.All(model.Members, member => Assert.Contains(model.Scores, score => score.Name == member.Name));
        Assert.Contains(messages, message => message.Contains("mean and mode", StringComparison.Ordinal));
    }

    [Fact]
    public void A_baseline_that_is_better_is_named_in_the_log()
    {
        // The denoisers alone after one step know nothing yet; the forest does.
        var options = (ConditionalOptions)TrainedModels.Quick("conditional", epochs: 1);
        (options.CompareWithBaselines, options.Members) = (true, ImputationMembers.Denoisers);
        List<string> messages = [];
        var model = TableImputer.Train(TrainedModels.Amputed, options, new Listener(messages));

        Assert.True(model.Scores.Single(score => score.Name == "chained forest").IsBetterAtNumbers);
        Assert.Contains(messages, message => message.Contains("On this table chained forest is better at numbers", StringComparison.Ordinal));
    }

    private static TableImputer Reloaded(TableImputer imputer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        imputer.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return ImputationMethods.Load(reader);
    }

    private sealed class Watcher(Action<TrainingProgress> watch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => watch(value);
    }

    private sealed class Listener(List<string> messages) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => messages.Add(value.Message);
    }
}
