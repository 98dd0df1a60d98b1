using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table of TabDDPM's paper, with what its authors published for it: the settings of TabDDPM that they found best for CatBoost
/// (exp/NAME/ddpm_cb_best/config.toml of github.com/yandex-research/tab-ddpm), those of SMOTE, and the scores.</summary>
/// <param name="Name">The name in the paper.</param>
/// <param name="File">The file.</param>
/// <param name="Label">The column that is predicted.</param>
internal sealed record PublishedTable(string Name, string File, string Label)
{
    /// <summary>Every table at hand. Of Higgs the authors' validation and test parts are, of Facebook comments the test file.</summary>
    public static IReadOnlyList<PublishedTable> All { get; } =
    [
        new("abalone", "abalone.csv", "Rings")
        {
            Layers = [512, 128], LearningRate = 0.000344206, Rows = 20_800, SmoteShare = 8, Scores = new(0.5562, 0.5486, 0.5499),
        },
        new("insurance", "insurance.csv", "charges")
        {
            Layers = [256, 512, 512, 512, 512, 256], LearningRate = 0.00111216, Rows = 7_200, Neighbors = 6,
            Scores = new(0.8137, 0.8119, 0.8092),
        },
        new("california", "california_housing.csv", "median_house_value")
        {
            Layers = [512, 256, 256, 256, 256, 128], LearningRate = 0.00132760, Levels = 1000, Rows = 52_800, Neighbors = 8, SmoteShare = 8,
            Households = true, Scores = new(0.8568, 0.8397, 0.8362),
        },
        new("gesture", "gesture_phase.csv.gz", "Phase")
        {
            Layers = [128, 512, 512, 1024], LearningRate = 0.00280560, Levels = 1000, Rows = 52_000, Neighbors = 10, SmoteShare = 8,
            Drop = ["video"], Scores = new(0.6365, 0.6579, 0.5967),
        },
        new("buddy", "buddy.csv", "breed_category")
        {
            Layers = [1024, 512, 512, 512], LearningRate = 0.000416826, Levels = 1000, Rows = 48_000, SmoteShare = 2,
            Drop = ["pet_id"], Dates = ["issue_date", "listing_date"],
            Categories = ["condition", "X1", "X2", "breed_category", "pet_category"], Scores = new(0.9063, 0.8906, 0.9057),
        },
        new("churn", "churn_modelling.csv", "Exited")
        {
            Layers = [512, 1024, 1024, 1024, 1024, 512], LearningRate = 0.000805709, Rows = 26_000, Neighbors = 6, SmoteShare = 8,
            Drop = ["RowNumber", "CustomerId", "Surname"], Categories = ["HasCrCard", "IsActiveMember", "Exited"],
            Scores = new(0.7403, 0.7432, 0.7548),
        },
        new("facebook", "facebook_comments_testset.csv.gz", "target")
        {
            Layers = [512, 1024], LearningRate = 0.000633812, Levels = 1000, Rows = 1_264_000, AuthorsRows = 157_638,
            CategoryPrefixes = ["Page_Category", "Post_Published_", "Base_DateTime_"], Scores = new(0.8371, 0.8035, 0.7128),
        },
        new("adult", "adult_train.csv.gz", "income")
        {
            Layers = [256, 1024, 1024, 1024, 1024, 256], LearningRate = 0.00200994, Rows = 216_000, TestFile = "adult_test.csv",
            Scores = new(0.8152, 0.7912, 0.7951),
        },
        new("higgs", "higgs_small_part.csv.gz", "class")
        {
            Layers = [256, 1024, 1024, 1024, 1024, 512], LearningRate = 0.00104824, Levels = 1000, Rows = 502_000,
            AuthorsRows = 62_751, Neighbors = 14, SmoteShare = 8, Categories = ["class"], Scores = new(0.7238, 0.7219, 0.7218),
        },
    ];

    /// <summary>The file of the test rows; null for a fifth of the rows, drawn at random.</summary>
    public string? TestFile { get; init; }

    /// <summary>The training rows that the authors had, where the file has a part of them only, so that their scores say little; null
    /// where it has all.</summary>
    public int? AuthorsRows { get; init; }

    /// <summary>Columns that are left out.</summary>
    public string[] Drop { get; init; } = [];

    /// <summary>Columns of numbers that are categories.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>How the names of more such columns begin.</summary>
    public string[] CategoryPrefixes { get; init; } = [];

    /// <summary>Columns of dates, which are read as seconds.</summary>
    public string[] Dates { get; init; } = [];

    /// <summary>Whether the table has the rooms and people of blocks, of which the authors learn averages for each household.</summary>
    public bool Households { get; init; }

    /// <summary>The widths of TabDDPM's layers.</summary>
    public required int[] Layers { get; init; }

    /// <summary>TabDDPM's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>TabDDPM's noise levels T.</summary>
    public int Levels { get; init; } = 100;

    /// <summary>How many rows the authors had TabDDPM make.</summary>
    public required int Rows { get; init; }

    /// <summary>SMOTE's nearest neighbours.</summary>
    public int Neighbors { get; init; } = 5;

    /// <summary>How many rows SMOTE makes for each training row.</summary>
    public int SmoteShare { get; init; } = 1;

    /// <summary>What the authors came to.</summary>
    public required PublishedScores Scores { get; init; }

    /// <summary>How many rows are made: as many as the authors', and of a part of their rows as many for each training row.</summary>
    /// <param name="training">The number of training rows.</param>
    public int RowsFor(int training) => AuthorsRows is { } authors ? (int)((long)Rows * training / authors) : Rows;

    /// <summary>The options of TabDDPM.</summary>
    public TabDdpmOptions TabDdpm()
    {
        TabDdpmOptions options = TabDdpmOptions.Paper();
        (options.Layers, options.DiffusionSteps, options.LearningRate) = (Layers, Levels, LearningRate);
        return options;
    }
}
