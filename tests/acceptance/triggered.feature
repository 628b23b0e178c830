Feature: A bad release is taken back by an alarm

  Scenario Outline: Automated Rollback Triggered by Sev-2 Alarm
    Given the presence of a Sev-2 alarm indicating critical service degradation
    When the alarm meets the defined rollback criteria
    Then the automated rollback mechanism should trigger and revert the system to the last known stable state

    # Own metrics are judged a minute late and it takes 2 of 3 minutes; the preset takes 3 of 5, two minutes late; CodeDeploy reacts after 15 s.
    Examples:
      | platform | policy | incident      | alarm | stopped | traffic |
      | ECS      | orders | a bad release | 11:00 | 11:15   | 10      |
      | Lambda   | stock  | a bad release | 13:00 | 13:15   | 20      |
      | Server   | vans   | a bad release | 11:00 | 11:15   | 20.83   |
      | Server   | vans   | silence       | 13:00 | 13:15   | 27.5    |

  Scenario Outline: What does not meet the criteria rolls nothing back
    Given the guarded service of a policy
    When the incident happens during a deployment
    Then the deployment succeeds, nothing is rolled back, and nobody is told of a rollback

    Examples:
      | platform | policy | incident       |
      | ECS      | orders | one bad minute |
      | Lambda   | stock  | one bad minute |
      | Server   | vans   | one bad minute |
      | ECS      | orders | only watched   |
      | Lambda   | stock  | only watched   |
      | Server   | vans   | only watched   |

  Scenario Outline: What only observes tells nobody, and is on record for those who decide whether to arm it
    Given the guarded service of a policy
    When the incident happens during a deployment
    Then the deployment succeeds, nothing is rolled back, and nobody is told of a rollback
    And it is on record that the criterion "watched" would have rolled the deployment back

    Examples:
      | platform | policy | incident     |
      | ECS      | orders | only watched |
      | Lambda   | stock  | only watched |
      | Server   | vans   | only watched |

  Scenario Outline: An alarm that the deployment group does not name rolls nothing back
    Given the guarded service of a policy
    And its rollback alarm is left out of the deployment group
    When the incident happens during a deployment
    Then the deployment succeeds, nothing is rolled back, and the on-call team is told that nothing was

    Examples:
      | platform | policy | incident      |
      | ECS      | orders | a bad release |
      | Lambda   | stock  | a bad release |
      | Server   | vans   | a bad release |
